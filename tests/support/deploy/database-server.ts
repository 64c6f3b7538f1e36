import { execFileSync } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../fleet/free-ports.ts'

export type DatabaseServer = {
  /** Of its first database, as the superuser. */
  url: string
  stop(): Promise<void>
}

// No socket files: the server's user may not be allowed to write where they would go.
const SETTINGS = ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=32MB']

/** A fresh server from the binaries of a folder (`ensurePostgresTools`), with its data in a temporary folder. */
export async function startDatabaseServer(binaries: string, superuser = 'postgres'): Promise<DatabaseServer> {
  const user = serverUser()
  const folder = await mkdtemp(join(tmpdir(), 'vigie-server-'))
  if (user) await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const port = await freePorts(1)
  const run = (tool: string, ...args: string[]): void =>
    void execFileSync(join(binaries, tool), args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const options = [...SETTINGS, `port=${port}`].map((setting) => `-c ${setting}`).join(' ')
  try {
    run('initdb', '-D', data, '-U', superuser, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync')
    run('pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', options)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return {
    url: `postgresql://${superuser}@127.0.0.1:${port}/postgres`,
    async stop() {
      run('pg_ctl', 'stop', '-w', '-m', 'fast', '-D', data)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses root. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
