import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { userInfo } from 'node:os'
import { Client } from 'pg'
import { startRealPostgres } from '../../../support/database/real-postgres.ts'
import { eventually } from '../../../support/fleet/eventually.ts'

export type KillablePostgres = {
  url: string
  /** SIGKILL, or SIGQUIT: PostgreSQL's own "immediate" end, a crash of every backend. Answers when it is gone. */
  kill(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void>
  /** Starts it again on the same data and answers the time at which it accepted a connection. */
  restart(): Promise<number>
  stop(): Promise<void>
}

/** A real server that may die: what was committed is still there when it is started again. */
export async function startKillablePostgres(): Promise<KillablePostgres> {
  const first = await startRealPostgres()
  let again: ChildProcess | undefined
  const data = await ask(first.url, 'show data_directory')
  const { program, args, user } = await readStart(data)

  const spawnAgain = async (): Promise<void> => {
    again = spawn(program, args, { ...user, cwd: dirname(data), stdio: 'ignore' })
    const ended = once(again, 'exit').then(() => {
      throw new Error('PostgreSQL ended at once')
    })
    await Promise.race([ended, eventually(() => ask(first.url, 'select 1'))])
    ended.catch(() => undefined) // It ends by being killed: that is what it is for.
  }
  return {
    url: first.url,
    async kill(signal) {
      const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0])
      process.kill(pid, signal)
      await eventually(async () => {
        if (isAlive(pid)) throw new Error('PostgreSQL is still there')
      })
    },
    async restart() {
      // Backends of a killed server hold its shared memory for a moment: PostgreSQL refuses to start until they are gone.
      await eventually(spawnAgain)
      return Date.now()
    },
    async stop() {
      if (again && again.exitCode === null && again.signalCode === null) {
        const ended = once(again, 'exit')
        again.kill('SIGINT')
        await ended
      }
      await first.stop()
    },
  }
}

/** How the running server was started: PostgreSQL writes it beside its data. */
async function readStart(data: string) {
  const options = await readFile(join(data, 'postmaster.opts'), 'utf8')
  const args = [...options.matchAll(/"([^"]*)"/g)].map(([, argument]) => argument ?? '')
  const program = options.slice(0, options.indexOf(' "'))
  const { uid, gid } = await stat(data)
  return { program, args, user: userInfo().uid === 0 ? { uid, gid } : {} }
}

async function ask(url: string, sql: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  try {
    await client.connect()
    const { rows } = await client.query<string[]>({ text: sql, rowMode: 'array' })
    return String(rows[0]?.[0])
  } finally {
    await client.end().catch(() => undefined) // The server was killed meanwhile.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
