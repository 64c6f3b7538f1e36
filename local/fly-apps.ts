import { parse } from 'smol-toml'
import { z } from 'zod'

/** What Vigie itself reads of a fly.toml; the rest of the file is Fly's. */
const FlyApp = z.looseObject({
  app: z.string(),
  primary_region: z.string(),
  build: z.looseObject({ 'build-target': z.string().optional() }).optional(),
  env: z.record(z.string(), z.string()).default({}),
})

export const MAIN_FILE = 'fly.main-worker.toml'

export const regionFile = (id: string): string => `fly.${id}.toml`

/** The address that Fly.io gives an app. */
export const flyUrl = (app: string): string => `https://${app}.fly.dev`

/** Everything that the text of a fly.toml holds. Throws naming the file, and the field or the line. */
export function readFlyApp(text: string, file: string): z.infer<typeof FlyApp> {
  let toml: unknown
  try {
    toml = parse(text)
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
  const read = FlyApp.safeParse(toml)
  if (read.success) return read.data
  throw new Error(
    `${file}: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ')}`,
  )
}
