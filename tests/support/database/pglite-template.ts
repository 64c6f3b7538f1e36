import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '../../../local/database/migrate.ts'
import { openPglite } from '../../../local/database/pglite-driver.ts'
import { prepareRoles } from '../../../local/database/prepare-roles.ts'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vigie/', import.meta.url))

/**
 * A database to start from: loading takes 0.2 s, initdb 3 s, twenty migrations 2 s of CPU. Empty, or with the migrations of a
 * folder applied. Kept in node_modules, one per version of PGlite and content of the folder.
 */
export async function pgliteTemplate(migrationsDir: string | null = null): Promise<Blob> {
  const file = `${CACHE}pglite-${await fingerprint(migrationsDir)}.tar`
  if (!(await exists(file))) await makeTemplate(file, migrationsDir)
  // Read whole: another process may put its own in the same place meanwhile, and a blob of a file would break.
  return new Blob([await readFile(file)])
}

async function makeTemplate(file: string, migrationsDir: string | null): Promise<void> {
  const driver = await openPglite(migrationsDir === null ? {} : { template: await pgliteTemplate() })
  try {
    if (migrationsDir !== null) {
      await prepareRoles(driver)
      await migrate(driver, migrationsDir)
    }
    const archive = await driver.dump('none')
    await mkdir(CACHE, { recursive: true })
    // Renamed when whole: test processes run side by side.
    const part = `${file}.${process.pid}`
    await writeFile(part, archive.stream())
    await rename(part, file)
  } finally {
    await driver.close()
  }
}

async function fingerprint(migrationsDir: string | null): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await readFile(new URL('../../../node_modules/@electric-sql/pglite/package.json', import.meta.url)))
  const names = migrationsDir === null ? [] : (await readdir(migrationsDir)).sort()
  for (const name of names) hash.update(name).update(await readFile(join(migrationsDir ?? '', name)))
  return hash.digest('hex').slice(0, 16)
}

async function exists(file: string): Promise<boolean> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return found !== undefined
}
