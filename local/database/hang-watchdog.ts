import { Worker } from 'node:worker_threads'
import { systemClock } from '#shared/clock.ts'

export type HangWatchdog = {
  arm(deadlineMs: number): void
  disarm(): void
  stop(): Promise<void>
}

/**
 * Ends the process when armed work outlives its deadline, so that the supervisor restarts it. PGlite computes on our own
 * thread: while it hangs no timer of ours fires, hence a thread that only looks at the clock.
 */
export function startHangWatchdog(): HangWatchdog {
  const deadline = new BigInt64Array(new SharedArrayBuffer(8))
  const thread = new Worker(new URL('./hang-watchdog-thread.ts', import.meta.url), { workerData: deadline })
  thread.unref()
  return {
    arm(deadlineMs) {
      Atomics.store(deadline, 0, BigInt(systemClock.now() + deadlineMs))
    },
    disarm() {
      Atomics.store(deadline, 0, 0n)
    },
    async stop() {
      await thread.terminate()
    },
  }
}
