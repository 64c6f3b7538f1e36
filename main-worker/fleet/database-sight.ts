import { stopwatch } from '#shared/clock.ts'
import type { DatabaseSight } from './current-incidents.ts'

/** Reads take milliseconds; several in a row of this length are felt everywhere. */
const SLOW_READ_MS = 2_000
/** A restart of a few seconds is not worth a word. */
const AWAY_MS = 10_000

export type DatabaseWatch = {
  read(ms: number): void
  failed(): void
  sight(): DatabaseSight
  /** What was seen is written down: an absence that is over is told once. */
  noted(): void
}

/** Remembers how the database answered this process. */
export function watchDatabase(): DatabaseWatch {
  let slowReads = 0
  let lastReadMs = 0
  let sinceFirstFailure: (() => number) | null = null
  return {
    read(ms) {
      lastReadMs = ms
      slowReads = ms > SLOW_READ_MS ? slowReads + 1 : 0
    },
    failed() {
      sinceFirstFailure ??= stopwatch()
    },
    sight() {
      const awayMs = sinceFirstFailure?.() ?? 0
      const wasAway = awayMs < AWAY_MS ? null : `it did not answer for ${Math.round(awayMs / 1000)} s`
      return { slowReads, lastReadMs, wasAway }
    },
    noted() {
      sinceFirstFailure = null
    },
  }
}
