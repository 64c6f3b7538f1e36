import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Alert } from '#shared/contracts/alert.ts'
import { canonicalSearch, searchPageUrl } from '#shared/marketplaces/vinted/canonical-search.ts'
import { makeAlert } from '../make-alert.ts'

const key = (over: Partial<Alert>): string => canonicalSearch(makeAlert(over)).key

test('two spellings of one search have one key', () => {
  const spelled = key({ searchText: ' Nike  AIR\tmax ', brandIds: [53, 14, 53], priceMax: 20.5 })
  assert.equal(spelled, key({ searchText: 'nike air max', brandIds: [14, 53], priceMax: 20.5 }))
  assert.equal(key({ searchText: 'ｎｉｋｅ' }), key({ searchText: 'nike' }))
})

test('the canonical text is readable, sorted and without blanks', () => {
  const search = makeAlert({
    searchText: 'Nike Air',
    brandIds: [53, 14],
    attributeIds: { zone: [], cut: [3] },
    priceMin: 5,
  })
  assert.equal(
    canonicalSearch(search).canonical,
    'fr?attribute_ids[brand]=14,53&attribute_ids[cut]=3&currency=EUR&price_from=5&search_text=nike air',
  )
  assert.equal(
    canonicalSearch(makeAlert({ searchText: '   ', catalogIds: [4] })).canonical,
    'fr?attribute_ids[catalog]=4',
  )
})

test('anything that is searched differently has another key', () => {
  const searches: Partial<Alert>[] = [
    {},
    { market: 'nl' },
    { searchText: 'nike' },
    { brandIds: [53] },
    { catalogIds: [53] },
    { sizeIds: [53] },
    { statusIds: [3] },
    { colorIds: [53] },
    { materialIds: [53] },
    { attributeIds: { patterns: [53] } },
    { priceMin: 5 },
    { priceMax: 5 },
    { brandIds: [5, 3] },
    { searchText: 'nike air max&price_from=5' },
  ]
  assert.equal(new Set(searches.map(key)).size, searches.length)
})

test('what is filtered here does not split a search', () => {
  const local: Partial<Alert>[] = [
    { name: 'other' },
    { maxTotalPrice: 5 },
    { brands: ['x'] },
    { requiredWords: ['x'] },
    { blockedSellers: ['x'] },
    { chatId: '5', language: 'en' },
  ]
  for (const over of local) assert.equal(key(over), key({}))
})

test('order and duplicates of ids and the order of attributes do not matter', () => {
  const ids = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 })
  const search = fc.record({
    brandIds: ids,
    catalogIds: ids,
    sizeIds: ids,
    statusIds: ids,
    colorIds: ids,
    materialIds: ids,
    attributeIds: fc.dictionary(fc.constantFrom('patterns', 'platform', 'zone'), ids),
  })
  fc.assert(
    fc.property(search, (search) => {
      const twisted = (ids: number[]): number[] => [...ids.toReversed(), ...ids]
      const { attributeIds, ...lists } = search
      const other = {
        ...Object.fromEntries(Object.entries(lists).map(([name, ids]) => [name, twisted(ids)])),
        attributeIds: Object.fromEntries(
          Object.entries(attributeIds)
            .toReversed()
            .map(([name, ids]) => [name, twisted(ids)]),
        ),
      }
      assert.equal(key(search), key(other))
    }),
  )
})

test('the page of a search is what a person would open', () => {
  const url = new URL(
    searchPageUrl(
      makeAlert({
        market: 'uk',
        searchText: 'Nike Air',
        catalogIds: [4],
        brandIds: [53, 14],
        attributeIds: { patterns: [2] },
        priceMax: 20,
      }),
    ),
  )
  assert.equal(url.origin + url.pathname, 'https://www.vinted.co.uk/catalog')
  assert.deepEqual(
    [...url.searchParams],
    [
      ['brand_ids[]', '14'],
      ['brand_ids[]', '53'],
      ['catalog[]', '4'],
      ['patterns_ids[]', '2'],
      ['search_text', 'Nike Air'],
      ['price_to', '20'],
      ['currency', 'GBP'],
      ['order', 'newest_first'],
    ],
  )
})
