import type { DeliveryOutcome } from '../database/outbox.ts'
import type { Delivery } from '../messaging/messaging-provider.ts'

const FIRST_RETRY_MS = 5_000
/** A channel that cannot be reached is tried again at least this often: nobody waits long once it is back. */
const LONGEST_RETRY_MS = 60_000
/** Telegram's own restarts take seconds: the one repeat of an unclear send waits until one is over. */
const UNCLEAR_RETRY_MS = 15_000
/** A receiver of somebody's own restarts, or is off for a while: 15 s, a minute, 4, 16, then every half hour. */
const RECEIVER_RETRY_MS = { first: 15_000, factor: 4, longest: 30 * 60_000 }

const jittered = (ms: number, random: number): number => Math.round(ms * (1 + random / 4))

/** 5 s, 10 s, 20 s … a minute, with up to a quarter of jitter; `random` is in [0, 1). */
export const backOffMs = (failures: number, random: number): number =>
  jittered(Math.min(FIRST_RETRY_MS * 2 ** Math.min(Math.max(0, failures - 1), 10), LONGEST_RETRY_MS), random)

const receiverRetryMs = (attempts: number, random: number): number => {
  const { first, factor, longest } = RECEIVER_RETRY_MS
  return jittered(Math.min(first * factor ** Math.min(attempts - 1, 10), longest), random)
}

/** What the outbox knows of a message that was just sent; each count is the highest of the notifications in it. */
export type SendHistory = {
  /** Including this one. */
  attempts: number
  /** Earlier sends without a clear answer. */
  unclearSends: number
  /** How often in a row the channel could not be reached, before this one. */
  channelFailures: number
}

/** What becomes of a message after an answer of its channel. */
export function nextStep(
  delivery: Delivery,
  { attempts, unclearSends, channelFailures }: SendHistory,
  maxAttempts: number,
  random: number,
): DeliveryOutcome {
  const retry = (
    afterMs: number,
    marks: { uncounted?: true; ambiguous?: true; wholeChannel?: true },
  ): DeliveryOutcome => ({
    kind: 'retry',
    afterMs,
    error: 'error' in delivery ? delivery.error : '',
    uncounted: marks.uncounted ?? false,
    ambiguous: marks.ambiguous ?? false,
    wholeChannel: marks.wholeChannel ?? false,
  })
  switch (delivery.kind) {
    case 'sent':
      return { kind: 'sent' }
    case 'throttled':
      return retry(delivery.retryAfterMs, { uncounted: true })
    case 'late':
      return retry(0, { uncounted: true })
    case 'not-sent':
      if (delivery.isAlone) {
        // Whoever stays away is not called again and again: what waits becomes dead letters that come back together.
        return attempts >= maxAttempts
          ? { kind: 'disabled', error: delivery.error }
          : retry(receiverRetryMs(attempts, random), {})
      }
      // The network, not the message: everybody on this channel waits, and no attempt is taken.
      return retry(backOffMs(channelFailures + 1, random), { uncounted: true, wholeChannel: true })
    case 'unclear':
      if (delivery.dedupes && attempts < maxAttempts)
        return retry(receiverRetryMs(attempts, random), { ambiguous: true })
      // It may have arrived: once more, and never a third time.
      return unclearSends > 0 || attempts >= maxAttempts
        ? { kind: 'failed', error: `${delivery.error} (it may have arrived)` }
        : retry(jittered(UNCLEAR_RETRY_MS, random), { ambiguous: true })
    case 'rejected':
      return { kind: 'failed', error: delivery.error }
    case 'gone':
      return { kind: 'disabled', error: delivery.error }
    case 'migrated':
      return { kind: 'migrated', to: delivery.to, error: delivery.error }
    default:
      return delivery satisfies never
  }
}
