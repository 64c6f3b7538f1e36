import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/** Looks until `is` answers true; a look that fails counts as "not yet". Throws after `withinMs`, naming what did not come. */
export async function waitUntil(
  what: string,
  withinMs: number,
  is: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const end = performance.now() + withinMs
  let last: unknown
  while (performance.now() < end) {
    signal?.throwIfAborted()
    try {
      if (await is()) return
    } catch (error) {
      last = error
    }
    await sleep(LOOK_EVERY_MS)
  }
  throw new Error(`${what} did not come within ${withinMs / 1000}s`, { cause: last })
}

export const isUp = (url: string) => async (): Promise<boolean> => (await fetch(url)).ok
