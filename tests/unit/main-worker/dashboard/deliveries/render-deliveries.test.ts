import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Delivery, DeliveryTroubles } from '#shared/database/deliveries.ts'
import { renderDeliveries } from '../../../../../main-worker/dashboard/deliveries/render-deliveries.ts'
import type { Deliveries } from '../../../../../main-worker/dashboard/deliveries/render-deliveries.ts'
import { isWatched, showTest, testSign } from '../../../../../main-worker/dashboard/deliveries/show-test.ts'
import { readDeliveryCursor, writeDeliveryCursor } from '../../../../../main-worker/deliveries/delivery-cursor.ts'
import { parseDeliveryPage } from '../../../../../main-worker/deliveries/parse-delivery-page.ts'
import { makeFound } from '../../../shared/make-listing.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const EYE = {
  language: 'en',
  timeZone: 'Europe/Paris',
  now: NOW,
  mayChange: true,
  ways: [{ channel: 'telegram', destination: '42', name: null }],
} as const
const ID = '0f5d5a5e-1111-4222-8333-444455556666'

const makeDelivery = (over: Partial<Delivery> = {}): Delivery => ({
  id: ID,
  channel: 'telegram',
  destination: '42',
  alertId: null,
  alertName: null,
  itemId: 1,
  event: 'new',
  kind: 'find',
  status: 'sent',
  attempts: 1,
  possibleRepeats: 0,
  notBefore: '2026-11-22T11:59:50Z',
  lastError: null,
  createdAt: '2026-11-22T11:59:50Z',
  settledAt: null,
  payload: { listing: makeFound() },
  number: 7,
  ...over,
})
const noTroubles: DeliveryTroubles = { letters: [], chats: [], channels: [] }

const draw = async (over: Partial<Deliveries> = {}, eye: Parameters<typeof renderDeliveries>[2] = EYE) => {
  const page: Deliveries = {
    deliveries: [],
    nextCursor: null,
    isOlder: false,
    dead: [],
    troubles: noTroubles,
    channels: ['telegram', 'console'],
    typed: {},
    test: null,
    told: null,
    ...over,
  }
  return String(await renderDeliveries(page, '', eye)).replaceAll(/\s+/g, ' ')
}
const drawOne = (over: Partial<Delivery>) => draw({ deliveries: [makeDelivery(over)] })

describe('a message on the page', () => {
  test('says what it is about, in the language of who looks', async () => {
    assert.match(await drawOne({}), /Nike Air Max 90/)
    assert.match(await drawOne({ kind: 'drop' }), /Price drop:.*Nike Air Max 90/)
    assert.match(await drawOne({ kind: 'baseline', payload: { count: 3, newest: [] } }), /First check: 3 listings/)
    assert.match(await drawOne({ kind: 'digest', payload: { count: 12, newest: [] } }), /Digest of 12 listings/)
    const notice = { daily: { checks: 5, finds: 1 }, language: 'fr' } as const
    assert.match(await drawOne({ kind: 'notice', payload: notice }), /Alive: 5 checks, 1 find in 24 hours/)
  })

  test('that failed has the channel’s own words, as text, and a way back', async () => {
    const markup = await drawOne({ status: 'failed', lastError: '403 <b>blocked</b>', attempts: 5, possibleRepeats: 1 })
    assert.match(markup, /▲<\/span> did not arrive/)
    assert.match(markup, /5 tries · 1 possible repeat/)
    assert.match(markup, /403 &lt;b&gt;blocked/)
    assert.match(markup, new RegExp(`action="/deliveries/${ID}/retry"`))
  })

  test('that waits says when it is tried next', async () => {
    const markup = await drawOne({ status: 'waiting', attempts: 0, notBefore: '2026-11-22T12:00:30Z' })
    assert.match(markup, /◷<\/span> waits.*next try.*in 30 sec/)
  })
})

describe('what does not arrive', () => {
  const troubles: DeliveryTroubles = {
    letters: [
      { channel: 'telegram', destination: '42', count: 3, error: 'kicked' },
      { channel: 'telegram', destination: '43', count: 2, error: 'Bad Request' },
    ],
    chats: [{ channel: 'telegram', destination: '42', reason: 'kicked', count: 3 }],
    channels: [
      {
        channel: 'discord',
        failures: 4,
        since: '2026-11-22T11:58:00Z',
        error: 'no route',
        nextAt: '2026-11-22T12:00:20Z',
      },
    ],
  }

  test('comes first: channels, chats that are off once, dead letters, each with its words', async () => {
    const markup = await draw({ troubles })
    assert.match(markup, /Discord cannot be reached.*4 tries in a row.*in 20 sec.*no route/)
    assert.equal(markup.match(/Telegram 42 takes nothing any more/g)?.length, 1)
    assert.doesNotMatch(markup, /To Telegram 42</)
    assert.match(markup, /To Telegram 43.*2 messages did not arrive.*Bad Request/)
    assert.match(markup, /Retry all \(3\)/)
    assert.match(markup, /Retry all on Telegram \(5\)/)
    assert.match(markup, /href="\/deliveries\?status=failed&amp;channel=telegram&amp;destination=43"/)
  })

  test('has no buttons for who may only look, and neither have tests', async () => {
    const markup = await draw({ troubles, dead: [makeDelivery({ status: 'failed' })] }, { ...EYE, mayChange: false })
    assert.doesNotMatch(markup, /method="post"/)
  })

  test('a retry says how many others went along', async () => {
    assert.match(await draw({ told: { done: 'retry', count: 0 } }), /The message is in the queue again\./)
    assert.match(await draw({ told: { done: 'retry', count: 2 } }), /and with it 2 other messages of the same chat/)
  })
})

describe('a test of a way out', () => {
  const makeTest = (over: Partial<Delivery>) =>
    makeDelivery({ kind: 'notice', payload: { test: true, language: 'en' }, ...over })

  test('is asked for again every second until it is settled, at most for half a minute', async () => {
    const waiting = makeTest({ status: 'waiting', attempts: 0 })
    const markup = String(await showTest(waiting, EYE))
    assert.match(markup, /hx-trigger="every 1s"/)
    assert.match(markup, /seen=waiting\.0"/)
    assert.equal(isWatched(waiting, NOW + 25_000), false)
    const late = String(await showTest(waiting, { ...EYE, now: NOW + 25_000 }))
    assert.doesNotMatch(late, /hx-trigger/)
    assert.match(late, /not left after 30 s/)
    const sent = makeTest({ status: 'sent' })
    assert.doesNotMatch(String(await showTest(sent, EYE)), /hx-trigger|Look again/)
    assert.notEqual(testSign(sent), testSign(waiting))
  })

  test('has a button per way out, and stands where it is read out', async () => {
    const markup = await draw({ test: makeTest({ status: 'failed', lastError: 'blocked' }) })
    assert.match(markup, /Send a test: Telegram 42/)
    assert.match(markup, /aria-live="polite">.*did not arrive:.*<q>blocked<\/q>/)
  })
})

describe('the address of the page', () => {
  test('what is no choice of its lists is left out', () => {
    assert.deepEqual(parseDeliveryPage({ status: 'lost', channel: 'T<', cursor: 'x', test: '1' }), {
      filter: {},
      cursor: null,
      typed: {},
    })
    assert.deepEqual(parseDeliveryPage({ status: 'failed', channel: '', destination: '42' }), {
      filter: { state: 'failed', destination: '42' },
      cursor: null,
      typed: { status: 'failed', destination: '42' },
    })
  })

  test('a cursor is where a page ended', () => {
    const place = { createdAt: '2026-11-22T07:13:32.434123+00:00', number: 12 }
    assert.deepEqual(readDeliveryCursor(writeDeliveryCursor(place)), place)
    assert.equal(readDeliveryCursor('yesterday~1'), null)
  })
})
