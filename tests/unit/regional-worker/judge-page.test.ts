import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Listing } from '#shared/contracts/listing.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { judgePage } from '../../../regional-worker/vinted/judge-page.ts'
import { makeAlert } from '../shared/make-alert.ts'
import { makeListing } from '../shared/make-listing.ts'

const rows = (count: number, over: (place: number) => Partial<Listing> = () => ({})): Listing[] =>
  Array.from({ length: count }, (_, place) => makeListing({ itemId: place + 1, ...over(place) }))
const judge = (listings: Listing[], market = 'fr', search = makeAlert(), unreadable = 0) =>
  judgePage({ listings, unreadable, totalEntries: null }, marketOf(market), search).verdict

test('an empty page is a good page', () => {
  assert.equal(judge([]), 'ok')
})

test('rows in the market’s currency and words are ok', () => {
  assert.equal(judge(rows(96)), 'ok')
})

test('another currency on most rows is another market', () => {
  assert.equal(judge(rows(5), 'uk'), 'wrong-market')
  assert.equal(judge(rows(10, (place) => ({ currency: place < 5 ? 'GBP' : 'EUR' }))), 'ok')
})

test('condition words of another language on most rows are another market, since fr and nl share the euro', () => {
  const dutch = () => ({ condition: 'Heel goed', conditionId: null })
  assert.equal(judge(rows(10, dutch)), 'wrong-market')
  assert.equal(judge(rows(10, (place) => (place < 5 ? dutch() : {}))), 'ok')
})

test('one row in the words of another language is enough: a narrow search has no more', () => {
  assert.equal(judge(rows(1, () => ({ condition: 'Heel goed', conditionId: null }))), 'wrong-market')
})

test('few rows in words that nobody knows, or a market whose words nobody recorded, prove nothing by their words', () => {
  const unknown = () => ({ condition: 'Sehr gut', conditionId: null })
  assert.equal(judge(rows(9, unknown)), 'ok')
  assert.equal(judge(rows(96, unknown), 'de'), 'ok')
})

test('many more brands or sizes than ids asked mean that the filter was ignored', () => {
  const many = rows(96, (place) => ({ brand: `brand ${place % 40}`, size: `size ${place % 40}` }))
  assert.equal(judge(many, 'fr', makeAlert({ brandIds: [53] })), 'protocol-changed')
  assert.equal(judge(many, 'fr', makeAlert({ sizeIds: [206, 207] })), 'protocol-changed')
  assert.equal(judge(many, 'fr', makeAlert()), 'ok')
})

test('the labels of one brand may differ, and boosted rows do not count', () => {
  const labels = ['Nike', 'Nike Air', 'Nike SB', 'Air Max']
  const alert = makeAlert({ brandIds: [53] })
  assert.equal(
    judge(
      rows(96, (place) => ({ brand: labels[place % 4] ?? null })),
      'fr',
      alert,
    ),
    'ok',
  )
  const boosted = rows(96, (place) => (place < 60 ? { brand: `brand ${place}`, isPromoted: true } : {}))
  assert.equal(judge(boosted, 'fr', alert), 'ok')
})

test('a page of which most rows have an unknown shape is a changed protocol', () => {
  assert.equal(judge([], 'fr', makeAlert(), 1), 'protocol-changed')
  assert.equal(judge(rows(10), 'fr', makeAlert(), 11), 'protocol-changed')
  assert.equal(judge(rows(10), 'fr', makeAlert(), 1), 'ok')
})
