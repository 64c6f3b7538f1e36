import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openPglite } from '../../../local/database/pglite-driver.ts'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vigie/', import.meta.url))

/** An empty database to start from: loading takes 0.2 s, initdb 3 s. Kept in node_modules, one per version of PGlite. */
export async function pgliteTemplate(): Promise<Blob> {
  const file = `${CACHE}pglite-${await pgliteVersion()}.tar`
  if (!(await exists(file))) await makeTemplate(file)
  // Read whole: another process may put its own in the same place meanwhile, and a blob of a file would break.
  return new Blob([await readFile(file)])
}

async function makeTemplate(file: string): Promise<void> {
  const driver = await openPglite({})
  try {
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

async function pgliteVersion(): Promise<string> {
  const manifest = await readFile(new URL('../../../node_modules/@electric-sql/pglite/package.json', import.meta.url))
  return createHash('sha256').update(manifest).digest('hex').slice(0, 16)
}

async function exists(file: string): Promise<boolean> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return found !== undefined
}
