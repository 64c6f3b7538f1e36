import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const duration = z.string().regex(/^\d+s$/)
const size = z.string().regex(/^\d+[mg]$/)

const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), target: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  restart: z.literal('unless-stopped'),
  init: z.literal(true).optional(),
  stop_grace_period: duration,
  read_only: z.literal(true).optional(),
  tmpfs: z.array(z.literal('/tmp')).optional(),
  cap_drop: z.tuple([z.literal('ALL')]).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]).optional(),
  mem_limit: size,
  shm_size: size.optional(),
  ports: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()).optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_started', 'service_healthy']) }))
    .optional(),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD')], z.string()),
    interval: duration,
    timeout: duration,
    retries: z.number().int(),
    start_period: duration,
  }),
  logging: z.strictObject({
    driver: z.literal('json-file'),
    options: z.strictObject({ 'max-size': z.string(), 'max-file': z.string() }),
  }),
})

/**
 * What our compose.yaml may hold: the part of the Compose specification that Vigie uses, and nothing else. `x-…` are its
 * templates, which are merged into the services.
 */
const ComposeFile = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
})
export type ComposeFile = z.infer<typeof ComposeFile>

/** A variable that compose.yaml asks for, and what is said when it is missing; null where it may be. */
export type WantedVariable = { name: string; told: string | null }

const VARIABLE = /\$\{(?<name>[A-Z_]+)(?::(?<kind>[-?])(?<text>[^}]*))?\}/g

export const wantedVariables = (text: string): WantedVariable[] =>
  [...text.matchAll(VARIABLE)].map(({ groups = {} }) => ({
    name: groups['name'] ?? '',
    told: groups['kind'] === '-' ? null : (groups['text'] ?? ''),
  }))

/** As Compose fills it in; throws as it does for a variable that is required. */
function interpolate(text: string, environment: Record<string, string>): string {
  return text.replaceAll(VARIABLE, (_, name: string, kind: string | undefined, otherwise: string | undefined) => {
    const value = environment[name]
    if (value) return value
    if (kind === '-') return otherwise ?? ''
    throw new Error(`required variable ${name} is missing a value: ${otherwise ?? ''}`)
  })
}

/** The file with these variables in it, as Compose would run it. Throws naming what is wrong. */
export function readComposeFile(environment: Record<string, string>, file = 'compose.yaml'): ComposeFile {
  const parsed = parse(readFileSync(file, 'utf8'), { merge: true }) as Record<string, unknown>
  const document = Object.fromEntries(Object.entries(parsed).filter(([key]) => !key.startsWith('x-')))
  const filled = JSON.parse(JSON.stringify(document), (_key, value: unknown) =>
    typeof value === 'string' ? interpolate(value, environment) : value,
  ) as unknown
  const compose = ComposeFile.safeParse(filled)
  if (compose.success) return compose.data
  throw new Error(`${file}: ${z.prettifyError(compose.error)}`)
}
