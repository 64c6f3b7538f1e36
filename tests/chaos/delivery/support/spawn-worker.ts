import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

type Kind = 'main-worker' | 'regional-worker'
export type Ending = { code: number | null; signal: NodeJS.Signals | null; ms: number }

/** A real process of the product that a test may stop, freeze and kill. */
export type WorkerProcess = {
  url: string
  logs: { msg: string; event?: string; level: number }[]
  /** Does not wait: SIGSTOP and SIGCONT end nothing. */
  signal(name: NodeJS.Signals): void
  /** Sends it and waits for the end; `ms` is how long that took. */
  end(name: NodeJS.Signals): Promise<Ending>
}

const READY = { 'main-worker': 'mainReady', 'regional-worker': 'workerReady' }
const READY_WITHIN_MS = 60_000

/** Up and ready, with exactly this environment besides PATH. */
export async function spawnWorker(kind: Kind, env: Record<string, string>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [`${kind}/main.ts`], {
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const logs: WorkerProcess['logs'] = []
  const output: string[] = []
  const isReady = Promise.withResolvers<void>()
  const exited = once(child, 'exit')
  createInterface({ input: child.stderr }).on('line', (line) => output.push(line))
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.push(line)
    logs.push(JSON.parse(line))
    if (logs.at(-1)?.event === READY[kind]) isReady.resolve()
  })
  const late = setTimeout(() => isReady.reject(new Error(`${kind} is not ready`)), READY_WITHIN_MS)
  void exited.then(() => isReady.reject(new Error(`${kind} ended before it was ready`)))
  try {
    await isReady.promise
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${kind}: ${output.join('\n')}`, { cause: error })
  } finally {
    clearTimeout(late)
  }
  return {
    url: `http://127.0.0.1:${env['PORT']}`,
    logs,
    signal: (name) => void child.kill(name),
    async end(name) {
      const startedAt = performance.now()
      // A frozen process takes no other signal than SIGKILL; one that runs does not mind.
      if (name !== 'SIGKILL') child.kill('SIGCONT')
      child.kill(name)
      await exited
      return { code: child.exitCode, signal: child.signalCode, ms: performance.now() - startedAt }
    },
  }
}
