import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCatalogueQuery } from '../../../../local/sandbox/vinted/catalogue-query.ts'
import { foldText } from '../../../../local/sandbox/vinted/listing.ts'

const parse = (query: string) => parseCatalogueQuery(new URLSearchParams(query), foldText)

test('a repeated key is refused', () => {
  assert.equal(parse('attribute_ids[brand]=53&attribute_ids[brand]=14'), null)
})

test('a blank value is refused, whatever the key', () => {
  for (const query of ['price_from=', 'search_text=+', 'attribute_ids[size]=', 'unknown='])
    assert.equal(parse(query), null, query)
})

test('a value that is no number is refused where a number belongs', () => {
  for (const query of [
    'price_to=abc',
    'page=0',
    'per_page=x',
    'attribute_ids[brand]=nike',
    'attribute_ids[brand]=53,',
  ]) {
    assert.equal(parse(query), null, query)
  }
})

test('the names of the old protocol are ignored', () => {
  const query = parse('brand_ids=53&catalog_ids=5&size_ids[]=3')
  assert.equal(query?.attributes.size, 0)
})

test('attribute lists, prices, words and paging are read; a page holds 96 at most', () => {
  const query = parse(
    'search_text=N%C3%A9on+Robe&attribute_ids[brand]=53,14&price_from=2.5&price_to=30&per_page=500&page=3&order=newest_first',
  )
  assert.deepEqual(query, {
    words: ['neon', 'robe'],
    attributes: new Map([['brand', [53, 14]]]),
    priceFromCents: 250,
    priceToCents: 3000,
    order: 'newest_first',
    page: 3,
    perPage: 96,
  })
})
