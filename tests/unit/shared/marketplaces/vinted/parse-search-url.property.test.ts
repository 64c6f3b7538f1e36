import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { MAX_LIST, Search } from '#shared/contracts/alert.ts'
import { canonicalSearch, searchPageUrl } from '#shared/marketplaces/vinted/canonical-search.ts'
import { marketIds, markets } from '#shared/marketplaces/vinted/markets.ts'
import { parseSearchUrl } from '#shared/marketplaces/vinted/parse-search-url.ts'
import { pastedUrls } from './pasted-urls.ts'

const ids = fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 999_999_999_999_999 })), {
  maxLength: 12,
})
const price = fc.option(fc.integer({ min: 0, max: 999_999_900 }).map((cents) => cents / 100))
const FIELDS_OF_THEIR_OWN = new Set(['catalog', 'brand', 'size', 'status', 'color', 'material'])
/** An attribute named `utm_…` or `search_by_image_…` cannot be told from what the site adds to its links. */
const attributeName = fc
  .oneof(
    fc.stringMatching(/^[a-z][a-z0-9_]{0,63}$/),
    fc.constantFrom('patterns', 'video_catalog', 'constructor', 'page'),
  )
  .filter((name) => !FIELDS_OF_THEIR_OWN.has(name) && !/^(utm_|search_by_image_)/.test(name))
const text = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom('a', '%', '+', '&', '=', '#', '[', ' ', '\t', '\n', '\u0000', '\u001F', '\u00A0'),
      minLength: 1,
      maxLength: 60,
    }),
    fc.constantFrom('catalog_ids[]', 'İstanbul', 'ﬁlle', 'été', '100% coton', 'a&price_from=5', '%5B%5D', '+', '0'),
  )
  // What is longer than an alert may hold once it is spelled out, or shows nothing at all, is no valid search.
  .filter((text) => text.normalize('NFKC').length <= 200 && /[^\s\p{Cc}]/u.test(text))
const search: fc.Arbitrary<Search> = fc
  .record({
    market: fc.constantFrom(...marketIds),
    searchText: fc.option(text),
    catalogIds: ids,
    brandIds: ids,
    sizeIds: ids,
    statusIds: ids,
    colorIds: ids,
    materialIds: ids,
    attributeIds: fc.dictionary(attributeName, ids, { noNullPrototype: true, maxKeys: 4 }),
    priceMin: price,
    priceMax: price,
  })
  .filter(
    ({ market: _market, priceMin: _priceMin, priceMax: _priceMax, searchText, attributeIds, ...lists }) =>
      searchText !== null || [...Object.values(lists), ...Object.values(attributeIds)].some((ids) => ids.length > 0),
  )

test('the page of any valid search, pasted, is the same canonical search with nothing ignored', () => {
  fc.assert(
    fc.property(search, (search) => {
      const parsed = parseSearchUrl(searchPageUrl(search))
      assert.ok(parsed.kind === 'search', JSON.stringify(parsed))
      assert.deepEqual(canonicalSearch(parsed.search), canonicalSearch(search))
      assert.deepEqual(parsed.ignored, [])
    }),
    { numRuns: 400 },
  )
})

test('an understood search is read from its own page exactly as it was', () => {
  fc.assert(
    fc.property(search, (search) => {
      const once = parseSearchUrl(searchPageUrl(search))
      assert.ok(once.kind === 'search')
      assert.deepEqual(parseSearchUrl(searchPageUrl(once.search)), once)
    }),
  )
})

/** Parameters that are easy to get wrong, with values that are. */
const parameterName = fc.oneof(
  fc.constantFrom('search_text', 'price_from', 'price_to', 'currency', 'order', 'brand_ids[]', 'attribute_ids[size]'),
  fc.constantFrom('constructor_ids[]', '__proto___ids', 'attribute_ids[', 'status[]', 'catalog', 'x', 'page'),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const parameterValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('53', '53,14', '0', '-1', '1e309', '12,50', '9999999.99', '1,234', 'nike', '\u0000', ' ', 'EUR', '%'),
  fc.integer().map(String),
  fc.double().map(String),
)
const parameters = fc.array(fc.tuple(parameterName, parameterValue), { maxLength: 10 })
const host = fc.constantFrom(...markets.map(({ host }) => host))
const path = fc.oneof(fc.webPath(), fc.constantFrom('/catalog', '/catalog/4-x', '/brand/53-nike/', '/', ''))
const anyUrl = fc
  .tuple(fc.constantFrom('https://www.', 'http://', '', 'www.'), host, path, parameters)
  .map(([start, host, path, parameters]) => `${start}${host}${path}?${new URLSearchParams(parameters).toString()}`)
const rawUrl = fc
  .tuple(fc.constantFrom('https://www.vinted.fr/catalog?', 'vinted.fr', 'https://'), fc.string({ unit: 'binary' }))
  .map(([start, rest]) => start + rest)
/** A character of a corpus row replaced by another one. */
const damaged = fc
  .tuple(
    fc.constantFrom(...pastedUrls.filter(({ pasted }) => pasted.length < 500)),
    fc.nat(500),
    fc.string({ maxLength: 2 }),
  )
  .map(([{ pasted }, place, text]) => pasted.slice(0, place) + text + pasted.slice(place + 1))

test('no string makes it throw, and what it understands an alert can hold', () => {
  const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl(), anyUrl, rawUrl, damaged)
  fc.assert(
    fc.property(anything, (pasted) => {
      const parsed = parseSearchUrl(pasted)
      if (parsed.kind === 'refused') return assert.notEqual(parsed.reason, '')
      assert.deepEqual(Search.parse(parsed.search), parsed.search)
      return assert.ok(parsed.understood.some(({ field }) => !['market', 'priceMin', 'priceMax'].includes(field)))
    }),
    { numRuns: 1_500 },
  )
})

test('a lone half of a character does not make it throw either', () => {
  const halves = fc.array(fc.integer({ min: 0xd7_00, max: 0xe0_ff }), { maxLength: 20 })
  fc.assert(
    fc.property(halves, (units) => {
      const parsed = parseSearchUrl(`https://www.vinted.fr/catalog?search_text=a${String.fromCharCode(...units)}`)
      if (parsed.kind === 'search') assert.ok(parsed.search.searchText?.isWellFormed())
    }),
  )
})

/** Words and prices once each: of two different ones the last counts. Lists as often as they like. */
const oneSearch = fc
  .record({
    lists: fc.array(
      fc.tuple(
        fc.constantFrom('brand_ids[]', 'brand_ids', 'attribute_ids[brand]', 'catalog[]', 'status[]', 'patterns_ids[3]'),
        fc.array(fc.integer({ min: 1, max: MAX_LIST }), { minLength: 1, maxLength: 4 }).map(String),
      ),
      { minLength: 1, maxLength: 8 },
    ),
    scalars: fc.uniqueArray(
      fc.constantFrom<[string, string]>(['search_text', 'nike air'], ['price_from', '5'], ['price_to', '12,50']),
    ),
    noise: fc.subarray<[string, string]>([
      ['order', 'relevance'],
      ['time', '5'],
      ['x', '1'],
      ['utm_source', 'app'],
      ['color_ids[]', ''],
    ]),
  })
  .map(({ lists, scalars, noise }) => ({ meant: [...lists, ...scalars], noise }))

test('order and repetition of parameters do not matter, nor does what is dropped', () => {
  const shuffles = oneSearch.chain(({ meant, noise }) =>
    fc.record({
      meant: fc.constant(meant),
      again: fc
        .shuffledSubarray([...meant, ...noise])
        .chain((some) =>
          fc.shuffledSubarray([...meant, ...noise, ...some], { minLength: meant.length + noise.length + some.length }),
        ),
    }),
  )
  const page = (parameters: [string, string][]): string =>
    `https://www.vinted.fr/catalog?${new URLSearchParams(parameters).toString()}`
  fc.assert(
    fc.property(shuffles, ({ meant, again }) => {
      const [one, other] = [parseSearchUrl(page(meant)), parseSearchUrl(page(again))]
      assert.ok(one.kind === 'search' && other.kind === 'search')
      assert.deepEqual(other.search, one.search)
      assert.deepEqual(canonicalSearch(other.search), canonicalSearch(one.search))
    }),
    { numRuns: 300 },
  )
})
