import { setTimeout as sleep } from 'node:timers/promises'

/** Waits; an abort ends the wait without an error, so loops end by looking at their signal. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Runs `fn`, then waits `everyMs`, until the signal aborts. `fn` handles its own errors: one that escapes ends the loop. */
export async function repeat(everyMs: number, fn: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await fn()
    await pause(everyMs, signal)
  }
}
