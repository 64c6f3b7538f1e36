import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { compileCache } from './compile-cache.ts'
import { eventually } from './eventually.ts'

export type StartedProcess = {
  url: string
  pid: number
  logs: { msg: string; event?: string; level: number }[]
  /** SIGTERM; answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const ready = { 'main-worker': 'mainReady', 'regional-worker': 'workerReady' }

/** One worker process with an environment of its own, up and ready. `url` is its loopback address. */
export async function startProcess(
  kind: 'main-worker' | 'regional-worker',
  env: Record<string, string>,
): Promise<StartedProcess> {
  const child = spawn(process.execPath, [`${kind}/main.ts`], {
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      METRICS_PORT: '0',
      NODE_COMPILE_CACHE: compileCache(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const logs: StartedProcess['logs'] = []
  const errors: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => logs.push(JSON.parse(line)))
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
  await eventually(async () => {
    const isReady = logs.some((line) => line.event === ready[kind])
    if (!isReady && child.exitCode === null) throw new Error(`${kind} is not ready: ${JSON.stringify(logs)}`)
  }, 60_000)
  if (child.exitCode !== null) throw new Error(`${kind} ended with ${child.exitCode}: ${errors.join('\n')}`)
  return {
    url: `http://127.0.0.1:${env['PORT']}`,
    pid: child.pid ?? 0,
    logs,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}
