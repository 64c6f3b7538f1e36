import type { Database } from '#shared/database/open-database.ts'
import type { LiveEvent } from '#shared/database/live.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Logger } from '#shared/logger.ts'
import { pause } from '#shared/repeat.ts'

/** A delivery shall be visible within a second: half of it waiting here, half for reading and drawing. */
const LOOK_EVERY_MS = 400
/** A database that is away is asked, and said to be away, less often. */
const AFTER_FAILURE_MS = 5_000
/** Rows commit out of order: each look goes this far back, and what the last look knew is dropped. */
const WINDOW_MS = 10_000

export type EventHub = {
  /** `hear` gets what is new, in order. Answers how to stop. */
  subscribe(hear: (events: readonly LiveEvent[]) => void): () => void
}

/** Looks at the database while somebody listens, once for all of them. */
export function createEventHub(database: Database, logger: Logger, stopping: AbortSignal, pauseFor = pause): EventHub {
  const listeners = new Set<(events: readonly LiveEvent[]) => void>()
  let isLooking = false

  async function look(): Promise<void> {
    let known: Set<string> | null = null
    while (listeners.size > 0 && !stopping.aborted) {
      let waitMs = LOOK_EVERY_MS
      try {
        const events = await database.call('read_events', { window_ms: WINDOW_MS }, stopping)
        const fresh = known === null ? [] : events.filter(({ id }) => !known?.has(id))
        known = new Set(events.map(({ id }) => id))
        if (fresh.length > 0) for (const hear of listeners) hear(fresh)
      } catch (error) {
        waitMs = AFTER_FAILURE_MS
        if (!stopping.aborted) logLine(logger, 'loopFailed', { loop: 'events', error: errorText(error) })
      }
      await pauseFor(waitMs, stopping)
    }
  }

  return {
    subscribe(hear) {
      listeners.add(hear)
      if (!isLooking) {
        isLooking = true
        void look().finally(() => {
          isLooking = false
        })
      }
      return () => listeners.delete(hear)
    },
  }
}
