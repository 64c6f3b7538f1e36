import type { Database } from '../database/open-database.ts'
import { untilAnswered } from '../database/until-answered.ts'
import type { Logger } from '../logger.ts'
import { pause } from '../repeat.ts'

/** The part of a cycle that a request belongs to: refused once the cycle has given it to somebody else. */
export type FencedItem = { runId: string; searchKey: string; attempt: number }

export type SlotAnswer =
  | { kind: 'granted' }
  | { kind: 'banned'; until: string; reason: string }
  /** The whole fleet; `until` null is until somebody resumes it. */
  | { kind: 'paused'; until: string | null; reason: string }
  | { kind: 'superseded' }

export type Pace = {
  /**
   * Waits for this address's turn. Nothing may be sent to the site without `granted`. A `short` command goes ahead of a
   * check. Throws the signal's reason when it aborts.
   */
  takeSlot(kind: 'check' | 'short', item: FencedItem | null, signal: AbortSignal): Promise<SlotAnswer>
  /** When the next request may start, as last heard. */
  nextRequestAt(): string | null
}

type Options = {
  database: Database
  logger: Logger
  egress: string
  gap: { minMs: number; maxMs: number }
  random?: () => number
}

/** A database that is away for longer ends the run; what it left open is planned anew. */
const PATIENCE_MS = 10_000

/** One request at a time per address, a jittered gap between starts, kept in the database and so across restarts and twins. */
export function createPace({ database, logger, egress, gap, random = Math.random }: Options): Pace {
  let nextRequestAt: string | null = null
  let shortOnes = Promise.resolve()

  const ask = async (
    item: FencedItem | null,
    signal: AbortSignal,
  ): Promise<SlotAnswer | { kind: 'wait'; ms: number }> => {
    const wanted = {
      egress,
      gap_ms: Math.round(gap.minMs + random() * (gap.maxMs - gap.minMs)),
      ...(item && { run_id: item.runId, search_key: item.searchKey, attempt: item.attempt }),
    }
    // A slot whose answer was lost is spent: the next one is a gap later, never two at once.
    const slot = await untilAnswered(() => database.call('take_slot', wanted, signal), PATIENCE_MS, logger)
    if (slot.granted) {
      nextRequestAt = slot.nextAllowedAt
      return { kind: 'granted' }
    }
    if (slot.reason === 'wait') return { kind: 'wait', ms: slot.waitMs }
    if (slot.reason === 'banned') return { kind: 'banned', until: slot.until, reason: slot.banReason ?? 'refused' }
    if (slot.reason === 'paused') return { kind: 'paused', until: slot.until, reason: slot.pauseReason }
    return { kind: 'superseded' }
  }

  const wait = async (isCheck: boolean, item: FencedItem | null, signal: AbortSignal): Promise<SlotAnswer> => {
    for (;;) {
      if (isCheck) await shortOnes
      signal.throwIfAborted()
      const answer = await ask(item, signal)
      if (answer.kind !== 'wait') return answer
      await pause(answer.ms, signal)
    }
  }

  return {
    nextRequestAt: () => nextRequestAt,
    takeSlot(kind, item, signal) {
      const taken = wait(kind === 'check', item, signal)
      if (kind === 'short') {
        const before = shortOnes
        // The check waits for the outcome, not for the success, of what goes ahead of it.
        shortOnes = Promise.allSettled([before, taken]).then(() => undefined)
      }
      return taken
    },
  }
}
