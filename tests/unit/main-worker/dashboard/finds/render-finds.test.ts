import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderFinds } from '../../../../../main-worker/dashboard/finds/render-finds.ts'
import type { Finds } from '../../../../../main-worker/dashboard/finds/render-finds.ts'
import { findKey, showFind } from '../../../../../main-worker/dashboard/finds/show-find.ts'
import { makeFound } from '../../../shared/make-listing.ts'
import { ALERT_ID, makeFind } from '../../finds/make-find.ts'

const EYE = {
  language: 'en',
  timeZone: 'Europe/Paris',
  now: Date.parse('2026-11-22T09:06:00Z'),
  mayChange: true,
} as const
const quiet = { problem: null, pressed: null }
const flat = (markup: unknown): string => String(markup).replaceAll(/\s+/g, ' ')

const page = (over: Partial<Finds> = {}): Finds => ({
  finds: [makeFind()],
  nextCursor: null,
  isOlder: false,
  typed: {},
  problems: [],
  alerts: [{ id: ALERT_ID, name: 'Nike', market: 'fr' }],
  mostAlerts: 500,
  told: null,
  ...over,
})
const draw = async (over: Partial<Finds> = {}, eye: Parameters<typeof renderFinds>[2] = EYE): Promise<string> =>
  flat(await renderFinds(page(over), 'q=nike', eye))

describe('a find on the page', () => {
  const card = async (over: Parameters<typeof makeFind>[0], eye: Parameters<typeof showFind>[2] = EYE) =>
    flat(await showFind(makeFind(over), '', eye, quiet))

  test('shows both prices, and its price against the median', async () => {
    const markup = await card({ comparison: { median: 34, listings: 43, percent: -12 } })
    assert.match(markup, /€30\.00/)
    assert.match(markup, /€32\.20 with fees/)
    assert.match(markup, /12 % below the median of 43 listings/)
    assert.match(await card({ comparison: { median: 20, listings: 43, percent: 50 } }), /50 % above the median/)
    assert.doesNotMatch(await card({}), /median/)
  })

  test('says a drop since', async () => {
    assert.match(await card({ price: 25 }), /dropped to €25\.00 since/)
    assert.doesNotMatch(await card({ price: 30 }), /dropped/)
  })

  test('shows marks and sales as a shape and a word', async () => {
    assert.match(await card({ mark: 'kept' }), /★<\/span> kept/)
    assert.match(await card({ mark: 'dismissed' }), /✕<\/span> dismissed/)
    const sale = { state: 'gone', askedAt: '2026-11-22T09:05:30Z' } as const
    assert.match(await card({ sale }), /✕<\/span> gone from the site.*30 sec ago/)
  })

  test('is a stranger’s text, never their markup, nor their link', async () => {
    const listing = makeFound({ title: '<img src=x onerror=alert(1)>', url: 'javascript:alert(1)', brand: '<b>' })
    const markup = await card({ listing, alertName: '<script>' })
    assert.doesNotMatch(markup, /<img src=x|<script>|javascript:|<b>/)
    assert.match(markup, /&lt;img src=x/)
  })

  test('has no buttons for who may only look', async () => {
    assert.match(await card({}), /Keep/)
    assert.doesNotMatch(await card({}, { ...EYE, mayChange: false }), /<button/)
  })

  test('offers the way back from a mark, and its focus after a press', async () => {
    const markup = flat(await showFind(makeFind({ mark: 'kept' }), '', EYE, { problem: null, pressed: 'keep' }))
    assert.match(markup, /id="restore-[^"]+"[^>]*autofocus/)
    assert.doesNotMatch(markup, />Keep</)
  })
})

describe('the page of finds', () => {
  test('keeps what was typed, right or wrong, and says beside the field what is wrong', async () => {
    const markup = await draw({ typed: { q: '"><i>', priceMin: 'x' }, problems: ['priceMin'] })
    assert.match(markup, /value="&quot;&gt;&lt;i&gt;"/)
    assert.match(markup, /value="x" aria-invalid="true" aria-describedby="priceMin-problem"/)
    assert.match(markup, /id="priceMin-problem" role="alert"/)
  })

  test('leads to older ones and to the file with the same filter', async () => {
    const markup = await draw({ typed: { q: 'a&b' }, nextCursor: 'next', isOlder: true })
    assert.match(markup, /href="\/finds\?q=a%26b&amp;cursor=next"/)
    assert.match(markup, /href="\/finds\.csv\?q=a%26b"/)
    assert.match(markup, /Back to the newest/)
  })

  test('an alert that is not on the list stays chosen', async () => {
    const other = '0f5d5a5e-9999-4222-8333-444455556666'
    assert.match(await draw({ typed: { alertId: other } }), new RegExp(`value="${other}" selected>another alert`))
  })

  test('tells what happened to a find: in its card, or above where it is not on the page any more', async () => {
    const find = findKey(makeFind())
    assert.match(await draw({ told: { find, problem: 'paused' } }), /role="alert">Not asked: the whole fleet is paused/)
    const gone = await draw({ finds: [], typed: { mark: 'new' }, told: { find, done: 'dismiss' } })
    assert.match(gone, /role="status"> ?Dismissed\..*\/restore/)
    assert.match(gone, /No find is like that/)
  })
})
