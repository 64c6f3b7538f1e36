import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Logger } from '#shared/logger.ts'
import { pause } from '#shared/repeat.ts'

const AFTER_A_FAILURE_MS = 10_000

/** Tries until it works, and says each time why it did not. Null when the signal aborts before. */
export async function insist<Result>(
  what: string,
  work: () => Promise<Result>,
  logger: Logger,
  signal: AbortSignal,
): Promise<{ result: Result } | null> {
  while (!signal.aborted) {
    try {
      return { result: await work() }
    } catch (error) {
      if (signal.aborted) return null
      logLine(logger, 'loopFailed', { loop: what, error: errorText(error) })
      await pause(AFTER_A_FAILURE_MS, signal)
    }
  }
  return null
}
