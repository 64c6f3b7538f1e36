import { compileCache } from '../fleet/compile-cache.ts'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export type Part = {
  url: string
  lines: string[]
  /** SIGKILL is waited for; SIGSTOP and SIGCONT are only sent. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** SIGTERM; answers the exit code, null when it had to be killed. */
  stop(): Promise<number | null>
}

const READY_WITHIN_MS = 90_000
/** A graceful stop has 20 s by contract. */
const STOP_WITHIN_MS = 25_000
const READY = /"event":"(?:mainReady|workerReady)"|serving on http/

/** One process of the fleet that is ready. Forked, so that it ends by itself should this test be killed. */
export async function startPart(script: string, url: string, env: Record<string, string>): Promise<Part> {
  const { PATH } = process.env
  const child = fork(script, {
    env: { ...(PATH !== undefined && { PATH }), NODE_COMPILE_CACHE: compileCache(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = once(child, 'exit')
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null
  const lines: string[] = []
  const { promise: isReady, resolve, reject } = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (READY.test(line)) resolve()
    })
  }
  const fail = (why: string): void => reject(new Error(`${script} ${why}:\n${lines.slice(-20).join('\n')}`))
  void ended.then(() => fail('ended'))
  const timer = setTimeout(() => fail('is not ready'), READY_WITHIN_MS)
  const part: Part = {
    url,
    lines,
    async signal(name) {
      child.kill(name)
      if (name === 'SIGKILL') await ended
    },
    async stop() {
      if (isGone()) return child.exitCode
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      const isInTime = await Promise.race([ended.then(() => true), sleep(STOP_WITHIN_MS, false, { ref: false })])
      if (!isInTime) await part.signal('SIGKILL')
      return child.exitCode
    },
  }
  try {
    await isReady
  } catch (error) {
    await part.stop()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return part
}
