import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'vigie-browser-'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // Somebody else's process lives too.
  }
}

/** A folder for one visit, named after this process. Folders of processes that were killed before they could are removed. */
export async function makeProfile(dir = tmpdir()): Promise<string> {
  for (const name of await readdir(dir)) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : Number.NaN
    if (Number.isInteger(pid) && !isAlive(pid)) await removeProfile(join(dir, name))
  }
  return mkdtemp(join(dir, `${PREFIX}${process.pid}-`))
}

/** A browser that has just ended may still be letting go of its files. */
export const removeProfile = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
