import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryOutcome } from '#shared/database/rows.ts'
import type { Delivery } from '#shared/messaging/messaging-provider.ts'
import { backOffMs, nextStep } from '#shared/outbox/delivery-policy.ts'

const MOST = 5
const retry = (afterMs: number, marks: object): DeliveryOutcome => ({
  kind: 'retry',
  afterMs,
  error: 'e',
  uncounted: false,
  ambiguous: false,
  wholeChannel: false,
  ...marks,
})
const error = 'e'

const table: [behaviour: string, delivery: Delivery, attempt: number, outcome: DeliveryOutcome][] = [
  ['a sent message is sent', { kind: 'sent' }, 1, { kind: 'sent' }],
  [
    'a 429 waits as long as it is told, and takes no attempt',
    { kind: 'throttled', retryAfterMs: 7_200_000, error },
    MOST,
    retry(7_200_000, { uncounted: true }),
  ],
  [
    'without a network the whole channel waits, and no attempt is taken',
    { kind: 'not-sent', error },
    MOST,
    retry(80_000, { uncounted: true, wholeChannel: true }),
  ],
  [
    'an unclear end is tried again and counted as a possible repeat',
    { kind: 'unclear', error },
    1,
    retry(5_000, { ambiguous: true }),
  ],
  ['an unclear end on the last attempt is a dead letter', { kind: 'unclear', error }, MOST, { kind: 'failed', error }],
  ['a rejected message is a dead letter at once', { kind: 'rejected', error }, 1, { kind: 'failed', error }],
  ['a chat that is gone is disabled after one attempt', { kind: 'gone', error }, 1, { kind: 'disabled', error }],
  [
    'a group that moved is followed',
    { kind: 'migrated', to: '-100', error },
    1,
    { kind: 'migrated', to: '-100', error },
  ],
]
for (const [behaviour, delivery, attempt, outcome] of table) {
  test(behaviour, () => {
    assert.deepEqual(nextStep(delivery, attempt, MOST, 0), outcome)
  })
}

test('the back-off doubles from five seconds to ten minutes', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 8, 50].map((attempt) => backOffMs(attempt, 0)),
    [5_000, 10_000, 20_000, 40_000, 80_000, 600_000, 600_000],
  )
  assert.equal(backOffMs(0, 0), 5_000)
})

test('chance adds up to a quarter', () => {
  assert.equal(backOffMs(1, 0.5), 5_625)
  assert.ok(backOffMs(1, 0.999_999) <= 6_250)
})
