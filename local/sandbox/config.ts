import { z } from 'zod'
import { number, readEnvironment, text, variable } from '#shared/env.ts'
import { DEFAULT_PER_MINUTE } from './start-sandbox.ts'

const Doors = z
  .array(z.strictObject({ egress: z.string().min(1), port: z.int().min(0).max(65_535) }))
  .min(1)
  .refine((doors) => new Set(doors.map(({ egress }) => egress)).size === doors.length, 'wants different egresses')

const doors = text
  .transform((value, context): unknown => {
    try {
      return JSON.parse(value)
    } catch (error) {
      context.addIssue(`wants JSON: ${String(error)}`)
      return z.NEVER
    }
  })
  .pipe(Doors)

const variables = {
  SANDBOX_PORT: variable(number(8095, 0, 65_535), '8095'),
  SANDBOX_DOORS: variable(doors, '[{"egress":"worker-fr","port":8096}]'),
  SANDBOX_CERTIFICATE_DIR: variable(text, '.vigie/certificate'),
  SANDBOX_PUBLISH_PER_MINUTE: variable(number(DEFAULT_PER_MINUTE, 0, 60_000), String(DEFAULT_PER_MINUTE)),
}

/** Throws InvalidEnvironmentError with every problem at once. */
export function readConfig(environment: Record<string, string | undefined>) {
  const env = readEnvironment(variables, environment)
  return {
    port: env.SANDBOX_PORT,
    doors: env.SANDBOX_DOORS,
    certificateDir: env.SANDBOX_CERTIFICATE_DIR,
    publishPerMinute: env.SANDBOX_PUBLISH_PER_MINUTE,
  }
}
