import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { catalogueRequest, frontPageRequest } from '../../../regional-worker/vinted/protocol.ts'
import { makeAlert } from '../shared/make-alert.ts'

const visitor = { accessToken: 'jwt.of.site', anonId: 'anon-1', userAgent: 'Browser/1' }
const search = makeAlert({
  searchText: '  Nike   AIR ',
  catalogIds: [1904],
  brandIds: [53, 14, 53],
  sizeIds: [206],
  statusIds: [6],
  colorIds: [12],
  materialIds: [3],
  attributeIds: { patterns: [7, 2] },
  priceMin: 5,
  priceMax: 20.5,
})

test('a catalogue request goes to the API host with every filter as one parameter of the new names', () => {
  const url = new URL(catalogueRequest(marketOf('fr'), search, visitor).url)
  assert.equal(`${url.origin}${url.pathname}`, 'https://api.vinted.fr/svc-catalogue/items')
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    'attribute_ids[brand]': '14,53',
    'attribute_ids[catalog]': '1904',
    'attribute_ids[color]': '12',
    'attribute_ids[material]': '3',
    'attribute_ids[patterns]': '2,7',
    'attribute_ids[size]': '206',
    'attribute_ids[status]': '6',
    currency: 'EUR',
    price_from: '5',
    price_to: '20.5',
    search_text: 'nike air',
    order: 'newest_first',
    page: '1',
    per_page: '96',
  })
})

test('the American API host keeps its www', () => {
  const { url } = catalogueRequest(marketOf('us'), makeAlert({ market: 'us' }), visitor)
  assert.equal(new URL(url).host, 'api.www.vinted.com')
})

test('the session’s token, id and User-Agent and the market’s locale are in the headers', () => {
  const { headers } = catalogueRequest(marketOf('uk'), makeAlert({ market: 'uk' }), visitor)
  assert.deepEqual(headers, {
    'user-agent': 'Browser/1',
    'accept-language': 'en-GB,en;q=0.9',
    accept: 'application/json',
    authorization: 'Bearer jwt.of.site',
    'x-anon-id': 'anon-1',
    locale: 'en-GB',
    origin: 'https://www.vinted.co.uk',
    referer: 'https://www.vinted.co.uk/',
  })
  const without = catalogueRequest(marketOf('uk'), makeAlert(), { ...visitor, anonId: null })
  assert.ok(!('x-anon-id' in without.headers))
})

test('the front page is asked as a browser of that country asks', () => {
  assert.deepEqual(frontPageRequest(marketOf('nl'), 'Browser/1'), {
    url: 'https://www.vinted.nl/',
    headers: {
      'user-agent': 'Browser/1',
      'accept-language': 'nl-NL,nl;q=0.9',
      accept: 'text/html,application/xhtml+xml',
    },
  })
})

test('no search makes a doubled or a blank parameter', () => {
  const ids = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 })
  const price = fc.option(fc.integer({ min: 0, max: 9 }))
  const searches = fc.record({
    searchText: fc.option(fc.string()),
    brandIds: ids,
    catalogIds: ids,
    sizeIds: ids,
    attributeIds: fc.dictionary(fc.constantFrom('patterns', 'platform'), ids),
    priceMin: price,
    priceMax: price,
  })
  fc.assert(
    fc.property(searches, (search) => {
      const { searchParams } = new URL(catalogueRequest(marketOf('fr'), makeAlert(search), visitor).url)
      assert.equal(new Set(searchParams.keys()).size, [...searchParams.keys()].length)
      for (const [name, value] of searchParams) assert.notEqual(value.trim(), '', name)
    }),
  )
})
