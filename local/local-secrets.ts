import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Secrets = z.object({ apiSecret: z.string(), cookieKey: z.string(), databaseKey: z.string() })
export type Secrets = z.infer<typeof Secrets>

const makeSecrets = (): Secrets => ({
  apiSecret: randomBytes(32).toString('hex'),
  cookieKey: randomBytes(32).toString('base64'),
  databaseKey: randomBytes(32).toString('hex'),
})

/** The folder (0700) and the keys of this machine (0600), made at the first start. */
export function openDataFolder(dataDir: string, reset: boolean): { secrets: Secrets; isFirstStart: boolean } {
  if (reset) rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'secrets.json')
  try {
    return { secrets: Secrets.parse(JSON.parse(readFileSync(file, 'utf8'))), isFirstStart: false }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new Error(`${file} cannot be read`, { cause: error })
    const secrets = makeSecrets()
    writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
    return { secrets, isFirstStart: true }
  }
}
