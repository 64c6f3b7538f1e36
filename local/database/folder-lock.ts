import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type FolderLock = { release(): Promise<void> }

/** PGlite does not notice a second process on its folder: both would write, and lose data in silence. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'database.pid')
  const mine = `${process.pid} ${await startOf(process.pid)}\n`
  if (!(await create(file, mine))) {
    const holder = await readHolder(file)
    if (holder !== undefined) throw new Error(`${folder} is in use by process ${holder}`)
    await rm(file, { force: true })
    if (!(await create(file, mine))) throw new Error(`${folder} was just taken by another process`)
  }
  return { release: () => rm(file, { force: true }) }
}

async function create(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** The living process that wrote the file; undefined for what a killed one left behind. */
async function readHolder(file: string): Promise<number | undefined> {
  const [pid = '', start] = (await readFile(file, 'utf8')).trim().split(' ')
  const alive = await startOf(Number(pid))
  return alive !== undefined && alive === start ? Number(pid) : undefined
}

/**
 * When the process started; undefined when there is none. A process id alone proves nothing: in a container the same few
 * ids are given again after every restart.
 */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return undefined
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // Field 22; the second one, the command in brackets, may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'unknown'
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
