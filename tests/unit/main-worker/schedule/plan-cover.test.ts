import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countRounds, planCover } from '../../../../main-worker/schedule/plan-cover.ts'
import type { CoverableSearch, KnownPage, PlannedRequest } from '../../../../main-worker/schedule/plan-cover.ts'
import { canonicalSearch } from '../../../../shared/marketplaces/vinted/canonical-search.ts'
import { isCoveredBy, searchFamily } from '../../../../shared/marketplaces/vinted/cover-search.ts'
import { emptySearch } from '../../../../shared/marketplaces/vinted/parse-search-url.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const NOW = Date.parse('2026-11-22T12:00:00Z')

type Prices = [min: number | null, max: number | null]
const searchOf = ([priceMin, priceMax]: Prices, searchText = 'robe') => ({
  ...emptySearch,
  market: 'fr',
  searchText,
  priceMin,
  priceMax,
})
const keyOf = (prices: Prices, text?: string): string => canonicalSearch(searchOf(prices, text)).key
function wanted(prices: Prices, rest: Partial<CoverableSearch> = {}, text?: string): CoverableSearch {
  const search = searchOf(prices, text)
  return {
    searchKey: keyOf(prices, text),
    market: 'fr',
    search,
    family: searchFamily(search),
    findsPerHour: 1,
    listingsPerHour: 10,
    lastCheckedAt: NOW - 5 * MINUTE_MS,
    ownAt: NOW - HOUR_MS,
    ...rest,
  }
}
const page = (rest: Partial<KnownPage> = {}): KnownPage => ({
  listingsPerHour: 20,
  hours: 10,
  lastGoodAt: NOW - 5 * MINUTE_MS,
  overflow: null,
  ...rest,
})
type Known = { prices: Prices; page: KnownPage }
const plan = (searches: CoverableSearch[], known: Known[] = [], perHour = 600): PlannedRequest[] =>
  planCover(searches, (key) => known.find(({ prices }) => keyOf(prices) === key)?.page, perHour, NOW)
/** What is asked for what it brings. */
const served = (requests: readonly PlannedRequest[]): string[][] =>
  requests
    .filter(({ everyMs }) => everyMs === undefined)
    .map(({ serves }) => serves.toSorted())
    .sort()
const keys = (...prices: Prices[]): string[] => prices.map((each) => keyOf(each)).sort()

const low: Prices = [null, 50]
const high: Prices = [40, 90]
const both: Prices = [null, 90]

test('two searches that differ in their prices share one request, as broad as both of them', () => {
  const requests = plan([wanted(low), wanted(high)], [{ prices: both, page: page() }])
  assert.deepEqual(served(requests), [keys(low, high)])
  const request = requests.find(({ cover }) => cover)
  assert.deepEqual([request?.searchKey, request?.cover?.priceMin, request?.cover?.priceMax], [keyOf(both), null, 90])
  assert.deepEqual([request?.findsPerHour, request?.listingsPerHour], [2, 20])
})

test('a search that holds the other serves it from its own page', () => {
  const requests = plan([wanted(both), wanted(low)], [{ prices: both, page: page() }])
  assert.deepEqual(served(requests), [keys(both, low)])
  assert.equal(requests.find(({ cover }) => cover)?.searchKey, keyOf(both))
})

test('other words are another page', () => {
  assert.deepEqual(
    plan([wanted(low), wanted(high, {}, 'jupe')], [{ prices: both, page: page() }]).map(({ cover }) => cover),
    [undefined, undefined],
  )
})

test('a broader search that nobody asked yet is asked once, and the others go on by themselves', () => {
  const requests = plan([wanted(low), wanted(high, { lastCheckedAt: NOW - MINUTE_MS })])
  assert.deepEqual(served(requests), [[keyOf(low)], [keyOf(high)]].sort())
  const begin = requests.find(({ searchKey }) => searchKey === keyOf(both))
  assert.deepEqual(begin?.serves.toSorted(), keys(low, high))
  // Late by one interval, not for ever: many that begin at once must not keep a new alert waiting.
  assert.equal(NOW - (begin?.lastCheckedAt ?? NOW), 2 * (begin?.everyMs ?? 0))
})

test('a search that was not checked since the broader one is asked by itself too', () => {
  const late = wanted(high, { lastCheckedAt: NOW - 6 * MINUTE_MS })
  const requests = plan([wanted(low), late], [{ prices: both, page: page() }])
  assert.deepEqual(served(requests), [[keyOf(high)], keys(low, high)].sort())
  const cover = requests.find(({ searchKey }) => searchKey === keyOf(both))
  // It is due, and worth, what it checks for certain.
  assert.deepEqual([cover?.lastCheckedAt, cover?.findsPerHour], [NOW - 5 * MINUTE_MS, 1])
})

test('when none of them was, each is asked by itself', () => {
  const overtaken = [{ prices: both, page: page({ lastGoodAt: NOW - MINUTE_MS }) }]
  assert.deepEqual(served(plan([wanted(low), wanted(high)], overtaken)), [[keyOf(low)], [keyOf(high)]].sort())
})

test('an alert without a baseline gets it from its own page', () => {
  const fresh = wanted(high, { lastCheckedAt: null })
  const requests = plan([wanted(both), wanted(low), fresh], [{ prices: both, page: page() }])
  assert.deepEqual(served(requests), [keys(both, low), [keyOf(high)]].sort())
})

test('a page that shows more than a third of itself between two checks serves nobody else', () => {
  // Two searches at 600 requests an hour are asked once a minute: 32 a minute is the most.
  const at = (listingsPerHour: number) =>
    served(plan([wanted(low), wanted(high)], [{ prices: both, page: page({ listingsPerHour }) }]))
  assert.deepEqual(at(32 * 60 - 1), [keys(low, high)])
  assert.deepEqual(at(32 * 60 + 1), [[keyOf(low)], [keyOf(high)]].sort())
})

test('before the broader page was watched for an hour, what its members show together is believed', () => {
  const known = [{ prices: both, page: page({ hours: 0.5, listingsPerHour: 1 }) }]
  const busy = { listingsPerHour: 1_000 }
  assert.equal(plan([wanted(low, busy), wanted(high, busy)], known).length, 2)
})

test('the busiest is left out until the page holds the rest', () => {
  const widest: Prices = [null, null]
  const requests = plan(
    [wanted(widest, { listingsPerHour: 5_000 }), wanted(low), wanted(high)],
    [
      { prices: both, page: page() },
      { prices: widest, page: page({ listingsPerHour: 5_000 }) },
    ],
  )
  assert.deepEqual(served(requests), [[keyOf(widest)], keys(low, high)].sort())
})

test('a search that was left out because it is busy is not what the rest share', () => {
  const widest: Prices = [null, 90]
  const requests = plan([wanted(widest, { listingsPerHour: 5_000 }), wanted(low), wanted(high)])
  assert.deepEqual(served(requests), [[keyOf(widest)], [keyOf(low)], [keyOf(high)]].sort())
})

test('a page that overflowed splits for an hour, unless nobody had looked for long', () => {
  const after = (overflow: KnownPage['overflow']) =>
    served(plan([wanted(low), wanted(high)], [{ prices: both, page: page({ overflow }) }])).length
  const minute = MINUTE_MS / HOUR_MS
  assert.equal(after({ at: NOW - MINUTE_MS, hours: minute }), 2)
  assert.equal(after({ at: NOW - HOUR_MS, hours: minute }), 1)
  assert.equal(after({ at: NOW - MINUTE_MS, hours: 4 * minute }), 1)
})

test('a search that a cover serves is asked by its own page every two hours, or ten of its intervals', () => {
  const ownPages = (requests: PlannedRequest[]) =>
    requests.flatMap(({ everyMs, lastCheckedAt }) => (everyMs === undefined ? [] : [{ everyMs, lastCheckedAt }]))
  const ownAt = NOW - HOUR_MS
  const known = [{ prices: both, page: page({ listingsPerHour: 1 }) }]
  const roomy = plan([wanted(low, { ownAt }), wanted(high, { ownAt: null })], known)
  assert.deepEqual(ownPages(roomy), [
    { everyMs: 2 * HOUR_MS, lastCheckedAt: ownAt },
    { everyMs: 2 * HOUR_MS, lastCheckedAt: NOW - 5 * MINUTE_MS },
  ])
  // Two searches with two requests an hour: each by itself once an hour.
  const slow = { listingsPerHour: 1 }
  const [tight] = ownPages(plan([wanted(low, slow), wanted(high, slow)], known, 2))
  assert.ok(Math.abs((tight?.everyMs ?? 0) / HOUR_MS - 10) < 0.1)
})

test('a cover that failed is left alone: its searches are asked by themselves', () => {
  const searches = [wanted(low), wanted(high)]
  const requests = planCover(searches, () => page(), 600, NOW, new Set([keyOf(both)]))
  assert.deepEqual(served(requests), [[keyOf(low)], [keyOf(high)]].sort())
})

test('a round counts a cover and all it serves as one request', () => {
  const late = wanted(high, { lastCheckedAt: NOW - 6 * MINUTE_MS })
  const requests = plan([wanted(low), late, wanted(low, {}, 'jupe')], [{ prices: both, page: page() }])
  assert.deepEqual([requests.length, countRounds(requests)], [4, 2])
})

test('ten thousand searches for the same words, none of which fits a page with another, are planned', () => {
  const family = Array.from({ length: 10_000 }, (_, place) =>
    wanted([null, 10 + place / 100], { searchKey: String(place), listingsPerHour: 1e6 }),
  )
  assert.equal(plan(family).length, family.length)
})

const prices = fc.tuple(fc.option(fc.integer({ min: 0, max: 99 })), fc.option(fc.integer({ min: 100, max: 200 })))
const anySearch = fc
  .record({
    prices,
    text: fc.constantFrom('robe', 'jupe', 'manteau'),
    lastCheckedAt: fc.option(fc.integer({ min: NOW - HOUR_MS, max: NOW })),
    ownAt: fc.option(fc.integer({ min: NOW - 4 * HOUR_MS, max: NOW })),
    listingsPerHour: fc.double({ min: 0, max: 3_000, noNaN: true }),
  })
  .map(({ prices: [min, max], text, ...rest }) => wanted([min, max], rest, text))
const anyPage = fc.record({
  listingsPerHour: fc.double({ min: 0, max: 3_000, noNaN: true }),
  hours: fc.double({ min: 0, max: 20, noNaN: true }),
  lastGoodAt: fc.integer({ min: NOW - HOUR_MS, max: NOW }),
  overflow: fc.option(
    fc.record({
      at: fc.integer({ min: NOW - 2 * HOUR_MS, max: NOW }),
      hours: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  ),
})

test('whatever the market: each search is checked by its own page or by one that holds it, and no request is planned twice', () => {
  const searches = fc.uniqueArray(anySearch, { selector: ({ searchKey }) => searchKey, minLength: 1, maxLength: 25 })
  const pages = fc.func(fc.option(anyPage, { nil: undefined }))
  fc.assert(
    fc.property(searches, pages, fc.integer({ min: 10, max: 2_000 }), (list, knownPage, perHour) => {
      const requests = planCover(list, knownPage, perHour, NOW)
      assert.equal(new Set(requests.map(({ searchKey }) => searchKey)).size, requests.length)
      const checks = ({ searchKey, cover }: PlannedRequest, search: CoverableSearch): boolean =>
        searchKey === search.searchKey ||
        (cover !== undefined && (search.lastCheckedAt ?? 0) >= (knownPage(searchKey)?.lastGoodAt ?? Infinity))
      for (const search of list) {
        const mine = requests.filter(({ serves }) => serves.includes(search.searchKey))
        assert.ok(mine.some((request) => checks(request, search)))
        assert.ok(mine.length <= 2)
        for (const { cover } of mine) assert.ok(!cover || isCoveredBy(search.search, cover))
      }
    }),
  )
})
