import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryOutcome } from '#shared/database/outbox.ts'
import type { Delivery } from '#shared/messaging/messaging-provider.ts'
import { backOffMs, nextStep } from '#shared/outbox/delivery-policy.ts'
import type { SendHistory } from '#shared/outbox/delivery-policy.ts'

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

const first: SendHistory = { attempts: 1, unclearSends: 0, channelFailures: 0 }
const last: SendHistory = { attempts: MOST, unclearSends: 0, channelFailures: 0 }

const table: [behaviour: string, delivery: Delivery, history: SendHistory, outcome: DeliveryOutcome][] = [
  ['a sent message is sent', { kind: 'sent' }, first, { kind: 'sent' }],
  [
    'a 429 waits as long as it is told, and takes no attempt',
    { kind: 'throttled', retryAfterMs: 7_200_000, error },
    last,
    retry(7_200_000, { uncounted: true }),
  ],
  [
    'without a network the whole channel waits, and no attempt is taken',
    { kind: 'not-sent', error },
    last,
    retry(5_000, { uncounted: true, wholeChannel: true }),
  ],
  [
    'a receiver that is alone in staying away waits by itself, and counts',
    { kind: 'not-sent', error, isAlone: true },
    { ...first, attempts: 3 },
    retry(240_000, {}),
  ],
  [
    'one that stays away is left alone: what waits for it comes back together',
    { kind: 'not-sent', error, isAlone: true },
    last,
    { kind: 'disabled', error },
  ],
  [
    'who recognises repeats is asked again and again, ever later',
    { kind: 'unclear', error, dedupes: true },
    { attempts: 4, unclearSends: 3, channelFailures: 0 },
    retry(960_000, { ambiguous: true }),
  ],
  [
    'and not for ever',
    { kind: 'unclear', error, dedupes: true },
    { ...last, unclearSends: 4 },
    { kind: 'failed', error: 'e (it may have arrived)' },
  ],
  [
    'a channel that stays away is tried ever less often',
    { kind: 'not-sent', error },
    { ...first, channelFailures: 3 },
    retry(40_000, { uncounted: true, wholeChannel: true }),
  ],
  [
    'an unclear end is tried once more and counted as a possible repeat',
    { kind: 'unclear', error },
    first,
    retry(15_000, { ambiguous: true }),
  ],
  [
    'a second unclear end is a dead letter: it is never sent a third time',
    { kind: 'unclear', error },
    { ...first, attempts: 2, unclearSends: 1 },
    { kind: 'failed', error: 'e (it may have arrived)' },
  ],
  [
    'an unclear end on the last attempt is a dead letter',
    { kind: 'unclear', error },
    last,
    { kind: 'failed', error: 'e (it may have arrived)' },
  ],
  ['what came too late to be sent takes no attempt', { kind: 'late', error }, last, retry(0, { uncounted: true })],
  ['a rejected message is a dead letter at once', { kind: 'rejected', error }, first, { kind: 'failed', error }],
  ['a chat that is gone is disabled after one attempt', { kind: 'gone', error }, first, { kind: 'disabled', error }],
  [
    'a group that moved is followed',
    { kind: 'migrated', to: '-100', error },
    first,
    { kind: 'migrated', to: '-100', error },
  ],
]
for (const [behaviour, delivery, history, outcome] of table) {
  test(behaviour, () => {
    assert.deepEqual(nextStep(delivery, history, MOST, 0), outcome)
  })
}

test('the back-off doubles from five seconds to a minute', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 8, 50].map((failures) => backOffMs(failures, 0)),
    [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000],
  )
  assert.equal(backOffMs(0, 0), 5_000)
})

test('chance adds up to a quarter', () => {
  assert.equal(backOffMs(1, 0.5), 5_625)
  assert.ok(backOffMs(1, 0.999_999) <= 6_250)
})
