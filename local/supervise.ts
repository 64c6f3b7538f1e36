import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChildPlan } from './plan-fleet.ts'

const FIRST_BACK_OFF_MS = 500
const LONGEST_BACK_OFF_MS = 30_000
/** A process that lived this long starts with a fresh back-off. */
const LIVED_LONG_MS = 60_000

export type Supervised = {
  plan: ChildPlan
  pid(): number
  /** SIGTERM, and SIGKILL when that takes longer than `withinMs`. */
  stop(withinMs: number): Promise<void>
}

type Hooks = {
  logFile: string
  /** Each line the process writes, of both streams. */
  onLine(line: string): void
  /** It came back after a crash, with a new pid. */
  onRestart(): void
  onCrash(text: string): void
}

/**
 * One process of the fleet, restarted with back-off when it crashes. It lives in a process group of its own, so that the
 * terminal's Ctrl-C reaches the supervisor alone, and ends by itself when the IPC channel closes.
 */
export function supervise(plan: ChildPlan, hooks: Hooks): Supervised {
  const log = createWriteStream(hooks.logFile, { flags: 'a', mode: 0o600 })
  let child = start()
  let backOffMs = FIRST_BACK_OFF_MS
  let isStopping = false

  function start(): ChildProcess {
    const startedAt = performance.now()
    const process = fork(plan.script, { env: plan.env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    for (const stream of [process.stdout, process.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`)
        hooks.onLine(line)
      })
    }
    process.once('exit', (code, signal) => {
      if (isStopping) return
      if (performance.now() - startedAt > LIVED_LONG_MS) backOffMs = FIRST_BACK_OFF_MS
      hooks.onCrash(
        `${plan.name} ended (${signal ?? `exit code ${code}`}); it is started again in ${backOffMs / 1000}s`,
      )
      setTimeout(restart, backOffMs)
      backOffMs = Math.min(backOffMs * 2, LONGEST_BACK_OFF_MS)
    })
    return process
  }

  function restart(): void {
    if (isStopping) return
    child = start()
    hooks.onRestart()
  }

  return {
    plan,
    pid: () => child.pid ?? 0,
    async stop(withinMs) {
      isStopping = true
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        const isInTime = await Promise.race([ended.then(() => true), sleep(withinMs, false, { ref: false })])
        if (!isInTime) {
          child.kill('SIGKILL')
          await ended
        }
      }
      log.end()
    },
  }
}
