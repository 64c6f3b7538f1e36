import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export type Migration = { version: string; name: string; file: string; sql: string }

const MIGRATION_FILE = /^(?<version>\d{14})_(?<name>[^.]+)\.sql$/

/** In the order of their versions. A file that is no migration is refused: it would be forgotten in silence. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(files.map((file) => readMigration(folder, file)))
}

async function readMigration(folder: string, file: string): Promise<Migration> {
  const { version, name } = MIGRATION_FILE.exec(file)?.groups ?? {}
  if (version === undefined || name === undefined) {
    throw new Error(`${join(folder, file)} is not named <14 digits>_<name>.sql`)
  }
  return { version, name, file, sql: await readFile(join(folder, file), 'utf8') }
}
