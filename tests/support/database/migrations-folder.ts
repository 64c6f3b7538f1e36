import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type MigrationsFolder = {
  path: string
  write: (file: string, sql: string) => Promise<void>
  remove: () => Promise<void>
}

/** A temporary folder of migrations. */
export async function makeMigrationsFolder(files: Record<string, string>): Promise<MigrationsFolder> {
  const path = await mkdtemp(join(tmpdir(), 'vigie-migrations-'))
  const write = (file: string, sql: string): Promise<void> => writeFile(join(path, file), sql)
  for (const [file, sql] of Object.entries(files)) await write(file, sql)
  return { path, write, remove: () => rm(path, { recursive: true, force: true }) }
}
