import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCatalogueQuery } from '../../../../local/sandbox/vinted/catalogue-query.ts'
import { foldText } from '../../../../local/sandbox/vinted/listing.ts'
import type { Listing } from '../../../../local/sandbox/vinted/listing.ts'
import { searchListings } from '../../../../local/sandbox/vinted/search-listings.ts'

const listing = (sequence: number, over: Partial<Listing> = {}): Listing => ({
  id: 7_000_000_000 - sequence,
  title: `Veste en jean ${sequence}`,
  brand: "Levi's",
  brandId: 10,
  size: 'M',
  sizeId: 4,
  statusId: 2,
  catalogId: 1037,
  colorIds: [9],
  materialIds: [44],
  priceCents: 2000,
  seller: { id: 1, login: 'somebody', business: false },
  favourites: 0,
  sequence,
  ...over,
})

function search(listings: Listing[], text: string) {
  const query = parseCatalogueQuery(new URLSearchParams(`order=newest_first&${text}`), foldText)
  assert.ok(query)
  return searchListings(listings, query)
}
const organic = (listings: Listing[], text: string): number[] =>
  search(listings, text).rows.flatMap((row) => (row.promoted ? [] : [row.listing.sequence]))

test('every word must be in title or brand, without case and accents', () => {
  const listings = [
    listing(1, { title: 'Robe d’Été' }),
    listing(2),
    listing(3, { title: 'Robe noire', brand: 'Sézane' }),
  ]
  assert.deepEqual(organic(listings, 'search_text=ROBE+ete'), [1])
  assert.deepEqual(organic(listings, 'search_text=robe+sezane'), [3])
  assert.deepEqual(organic(listings, "search_text=levi's"), [2, 1])
  assert.deepEqual(organic(listings, 'search_text=robe+jean'), [])
})

test('each attribute narrows the result and a list of ids widens it', () => {
  const listings = [
    listing(1),
    listing(2, { brandId: 53 }),
    listing(3, { brandId: 14, sizeId: 5 }),
    listing(4, { statusId: 6 }),
  ]
  assert.deepEqual(organic(listings, 'attribute_ids[brand]=53,14'), [3, 2])
  assert.deepEqual(organic(listings, 'attribute_ids[brand]=53,14&attribute_ids[size]=5'), [3])
  assert.deepEqual(organic(listings, 'attribute_ids[status]=6'), [4])
  assert.deepEqual(organic(listings, 'attribute_ids[color]=9&attribute_ids[material]=44'), [4, 3, 2, 1])
  assert.deepEqual(organic(listings, 'attribute_ids[patterns]=1'), [])
})

test('a listing is found under its catalogue and under all above it', () => {
  const listings = [listing(1, { catalogId: 1242 }), listing(2, { catalogId: 1037 })]
  assert.deepEqual(organic(listings, 'attribute_ids[catalog]=5'), [1])
  assert.deepEqual(organic(listings, 'attribute_ids[catalog]=1904'), [2])
  assert.deepEqual(organic(listings, 'attribute_ids[catalog]=1242,4'), [2, 1])
})

test('prices are compared with the price of the item, both ends included', () => {
  const listings = [listing(1, { priceCents: 999 }), listing(2, { priceCents: 1000 }), listing(3, { priceCents: 1001 })]
  assert.deepEqual(organic(listings, 'price_from=10&price_to=10'), [2])
  assert.deepEqual(organic(listings, 'price_from=10'), [3, 2])
})

test('newest first means order of publication, not of ids', () => {
  assert.deepEqual(organic([listing(1), listing(2, { id: 9 }), listing(3)], 'page=1'), [3, 2, 1])
})

test('an advertised copy stands before its own row, and an old listing is advertised again and again', () => {
  const listings = Array.from({ length: 30 }, (_, index) => listing(index + 1))
  const { rows } = search(listings, 'per_page=96')
  const sequences = rows.map((row) => row.listing.sequence)
  const first = rows.findIndex((row) => row.promoted)
  assert.equal(sequences[first], sequences[first + 1])
  const advertised = rows.filter((row) => row.promoted).map((row) => row.listing.sequence)
  assert.ok(advertised.some((sequence) => sequence <= 3))
  assert.deepEqual(new Set(organic(listings, 'per_page=96')), new Set(listings.map(({ sequence }) => sequence)))
})

test('only 960 rows can be reached, on ten pages', () => {
  const listings = Array.from({ length: 1200 }, (_, index) => listing(index + 1))
  const found = search(listings, 'per_page=96&page=10')
  assert.equal(found.totalEntries, 960)
  assert.equal(found.totalPages, 10)
  assert.equal(found.rows.length, 96)
  assert.equal(search(listings, 'per_page=96&page=11').rows.length, 0)
})
