import type { DeliveryOutcome } from '../database/rows.ts'
import type { Delivery } from '../messaging/messaging-provider.ts'

const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 10 * 60_000

/** 5 s, 10 s, 20 s … with up to a quarter of jitter; `random` is in [0, 1). */
export const backOffMs = (attempts: number, random: number): number =>
  Math.round(Math.min(FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1), LONGEST_RETRY_MS) * (1 + random / 4))

/** What becomes of a message after an answer of its channel. `attempts` counts this one. */
export function nextStep(delivery: Delivery, attempts: number, maxAttempts: number, random: number): DeliveryOutcome {
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
    case 'not-sent':
      // The network, not the message: everybody on this channel waits, and no attempt is taken.
      return retry(backOffMs(attempts, random), { uncounted: true, wholeChannel: true })
    case 'unclear':
      return attempts >= maxAttempts
        ? { kind: 'failed', error: delivery.error }
        : retry(backOffMs(attempts, random), { ambiguous: true })
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
