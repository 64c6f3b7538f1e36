import type { Database } from '../database/open-database.ts'
import { errorText } from '../errors.ts'
import { logLine } from '../log-lines.ts'
import type { Logger } from '../logger.ts'
import { pause } from '../repeat.ts'

/** A lost holder's cycle is free for another after this. */
export const CYCLE_LEASE_MS = 15_000
const RENEW_EVERY_MS = 5_000

type Deps = { database: Database; holder: string; stopping: AbortSignal; logger: Logger }

async function keepLease({ database, holder, logger }: Deps, lost: AbortController, ended: AbortSignal): Promise<void> {
  for (;;) {
    await pause(RENEW_EVERY_MS, ended)
    if (ended.aborted) return
    try {
      const lease = await database.call('acquire_lease', { name: 'cycle', holder, ttl_ms: CYCLE_LEASE_MS })
      if (!lease.acquired) lost.abort(new Error('another process took the cycle over'))
    } catch (error) {
      // The lease may outlive a short failure; if it does not, the fence refuses our writes.
      logLine(logger, 'loopFailed', { loop: 'cycle lease', error: errorText(error) })
    }
  }
}

/** Keeps the cycle's lease until the work ends. `signal` aborts when the lease went to another, or when we stop. */
export async function whileHoldingCycle<Result>(
  deps: Deps,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { database, holder } = deps
  const lost = new AbortController()
  const ended = new AbortController()
  const keeping = keepLease(deps, lost, ended.signal)
  try {
    return await work(AbortSignal.any([lost.signal, deps.stopping]))
  } finally {
    ended.abort()
    await keeping
    // A renewal that was under way may have taken the lease again.
    await database.call('release_lease', { name: 'cycle', holder })
  }
}
