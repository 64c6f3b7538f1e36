import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEPT = 3

/** Writes one more backup and forgets the oldest. Each is a `.tar.gz` of the whole data folder. */
export async function saveBackup(folder: string, archive: Blob, now: number): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${new Date(now).toISOString().replaceAll(':', '-')}.tar.gz`)
  // Flushed and renamed when whole: neither a stop nor a power cut may leave a backup that only looks usable.
  await writeFile(`${file}.part`, archive.stream(), { mode: 0o600, flush: true })
  await rename(`${file}.part`, file)
  const files = (await readdir(folder)).filter((name) => name.endsWith('.tar.gz')).sort()
  for (const old of files.slice(0, -KEPT)) await rm(join(folder, old))
  return file
}
