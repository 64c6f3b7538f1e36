import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import { z } from 'zod'

const duration = z.string().regex(/^\d+(ms|s|m)$/)
const Machine = z.strictObject({ size: z.literal('shared-cpu-1x'), memory: z.string().regex(/^\d+(mb|gb)$/) })

/**
 * What our fly.toml files may hold: the part of Fly's reference (2026-08) that Vigie uses, and nothing else. A mistyped key is
 * ignored by Fly in silence; here it is refused. What docs/operations.md lets an owner vary is free.
 */
const FlyFile = z.strictObject({
  app: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  primary_region: z.string().regex(/^[a-z]{3}$/),
  kill_signal: z.literal('SIGTERM'),
  kill_timeout: z.string().regex(/^\d+s$/),
  build: z.strictObject({ dockerfile: z.string(), 'build-target': z.string() }),
  deploy: z.strictObject({
    strategy: z.literal('rolling'),
    release_command: z.string().optional(),
    release_command_vm: Machine.optional(),
  }),
  env: z.record(z.string(), z.string()),
  http_service: z.strictObject({
    internal_port: z.number().int(),
    force_https: z.boolean(),
    auto_stop_machines: z.literal('off'),
    auto_start_machines: z.literal(true),
    min_machines_running: z.literal(1),
    concurrency: z.strictObject({
      type: z.literal('requests'),
      soft_limit: z.number().int(),
      hard_limit: z.number().int(),
    }),
    http_options: z.strictObject({ idle_timeout: z.literal(600) }),
    checks: z
      .array(
        z.strictObject({
          method: z.literal('GET'),
          path: z.string().startsWith('/'),
          interval: duration,
          timeout: duration,
          grace_period: duration,
        }),
      )
      .length(1),
  }),
  metrics: z.strictObject({ port: z.number().int(), path: z.string() }).optional(),
  restart: z.array(z.strictObject({ policy: z.literal('always') })).length(1),
  vm: z.array(Machine).length(1),
})
export type FlyFile = z.infer<typeof FlyFile>

/** Throws naming what is wrong in that file. */
export function readFlyFile(file: string): FlyFile {
  const parsed = FlyFile.safeParse(parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
}
