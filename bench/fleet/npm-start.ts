import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parentOf } from '../machine/process-usage.ts'

type Local = { main: { pid: number }; sandbox: { url: string } }
type LogEntry = { time: string; msg: string; event?: string }

export type StartedFleet = {
  /** Seconds since `npm start` was typed. */
  readyS: number
  /** When each part said that it is there, in seconds since `npm start`. */
  parts(): { database: number; sandboxAndRegions: number; main: number }
  sandboxUrl: string
  startedAt: number
  stop(): Promise<void>
}

/** The log files of this start alone: an earlier one wrote into the same. */
function readLogs(folder: string, startedAt: number): LogEntry[] {
  return readdirSync(join(folder, 'logs'))
    .flatMap((file) => readFileSync(join(folder, 'logs', file), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogEntry)
    .filter(({ time }) => Date.parse(time) >= startedAt)
}

/** `npm start` itself, npm's own time included, on ports and in a folder of its own. Throws when it ends before it is ready. */
export async function npmStart(folder: string, port: number): Promise<StartedFleet> {
  const { PATH, HOME } = process.env
  const startedAt = Date.now()
  const npm = spawn('npm', ['start', '--', '--sandbox', '--port', String(port), '--data', folder], {
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(npm, 'exit')
  const ready = Promise.withResolvers<number>()
  createInterface({ input: npm.stdout }).on('line', (line) => {
    if (line.startsWith('ready http')) ready.resolve(Date.now())
  })
  const readyAt = await Promise.race([ready.promise, ended.then(() => null)])
  if (readyAt === null) throw new Error(`npm start ended before it was ready (data: ${folder})`)
  const local = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8')) as Local
  const supervisor = parentOf(local.main.pid)
  return {
    startedAt,
    readyS: (readyAt - startedAt) / 1000,
    sandboxUrl: local.sandbox.url,
    parts() {
      const logs = readLogs(folder, startedAt)
      const last = (is: (entry: LogEntry) => boolean): number =>
        (Math.max(...logs.filter(is).map(({ time }) => Date.parse(time))) - startedAt) / 1000
      return {
        database: last(({ msg }) => msg.startsWith('serving on')),
        sandboxAndRegions: last(({ msg, event }) => event === 'workerReady' || msg === 'the sandbox is open'),
        main: last(({ event }) => event === 'mainReady'),
      }
    },
    async stop() {
      process.kill(supervisor, 'SIGTERM')
      await ended
    },
  }
}
