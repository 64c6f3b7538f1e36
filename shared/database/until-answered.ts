import { stopwatch } from '../clock.ts'
import { logLine } from '../log-lines.ts'
import type { Logger } from '../logger.ts'
import { pause } from '../repeat.ts'
import { DatabaseError } from './open-database.ts'

const RETRY_MS = 1_000

/**
 * Repeats a call while the fault is on the way or in the server, for at least `withinMs`. The verbs answer the same when they
 * are asked again, so a lost answer costs nothing. A wrong call is not repeated.
 */
export async function untilAnswered<Result>(
  call: () => Promise<Result>,
  withinMs: number,
  logger: Logger,
): Promise<Result> {
  const elapsed = stopwatch()
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof DatabaseError) || !error.isTransient || elapsed() > withinMs) throw error
      logLine(logger, 'databaseFailed', { code: error.code, error: error.message })
      // No signal: what happened is recorded even while we stop.
      await pause(RETRY_MS, AbortSignal.timeout(RETRY_MS * 2))
    }
  }
}
