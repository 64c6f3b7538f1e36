import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCoveredBy, searchFamily, spanOf } from '../../../../shared/marketplaces/vinted/cover-search.ts'
import { makeAlert } from '../make-alert.ts'

const search = (priceMin: number | null, priceMax: number | null, more: object = {}) =>
  makeAlert({ searchText: 'robe', priceMin, priceMax, ...more })

test('searches of one family differ in their prices only', () => {
  const family = searchFamily(search(10, 20))
  assert.equal(searchFamily(search(null, 90)), family)
  assert.equal(searchFamily(search(10, 20, { searchText: ' Robe ' })), family)
  for (const other of [{ searchText: 'jupe' }, { market: 'uk' }, { brandIds: [53] }, { statusIds: [6] }])
    assert.notEqual(searchFamily(search(10, 20, other)), family)
})

test('a text that reads like a price is no price', () => {
  const text = { searchText: 'robe&price_to=20' }
  assert.notEqual(searchFamily(search(null, null, text)), searchFamily(search(null, null)))
})

test('the span of two searches is the narrowest that holds both', () => {
  assert.deepEqual(spanOf(search(10, 30), search(20, 50)), { priceMin: 10, priceMax: 50 })
  assert.deepEqual(spanOf(search(0, 30), search(20, null)), { priceMin: null, priceMax: null })
})

test('a cover holds a search of its family whose prices lie within its own', () => {
  const cover = search(10, 50)
  assert.ok(isCoveredBy(search(10, 50), cover))
  assert.ok(isCoveredBy(search(20, 30), cover))
  for (const beyond of [search(null, 30), search(20, null), search(5, 30), search(20, 60)])
    assert.ok(!isCoveredBy(beyond, cover))
  assert.ok(!isCoveredBy(search(20, 30, { searchText: 'jupe' }), cover))
  assert.ok(isCoveredBy(search(0, 7), search(null, null)))
})
