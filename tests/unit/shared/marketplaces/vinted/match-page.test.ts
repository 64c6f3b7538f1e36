import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Alert } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import { createPageMatcher } from '#shared/marketplaces/vinted/match-page.ts'
import { makeAlert } from '../../make-alert.ts'
import { makeListing } from '../../make-listing.ts'

const drop = (alert: Partial<Alert>, listing: Partial<Listing> = {}) =>
  Object.keys(createPageMatcher([makeListing(listing)])(makeAlert(alert)).dropped)[0] ?? null

test('an alert without filters takes every listing', () => {
  assert.equal(drop({}), null)
  assert.equal(drop({}, { brand: null, size: null, condition: null, conditionId: null, seller: null }), null)
})

test('required words match whole words without regard to case and accents, in title or brand', () => {
  assert.equal(drop({ requiredWords: ['ÉTÉ'] }, { title: 'Robe ete fleurie' }), null)
  assert.equal(drop({ requiredWords: ['ete'] }, { title: 'Robe d’Été' }), null)
  assert.equal(drop({ requiredWords: ['max'] }, { title: 'Nike Airmax' }), 'word')
  assert.equal(drop({ requiredWords: ['nike'] }, { title: 'Baskets', brand: 'NIKE' }), null)
  assert.equal(drop({ requiredWords: ['nike', 'rouge'] }, { title: 'Nike noir' }), 'word')
  assert.equal(drop({ requiredWords: ['air max'] }, { title: 'Nike  Air\u00a0Max 90' }), null)
})

test('one excluded word is enough, and only as a whole word', () => {
  assert.equal(drop({ excludedWords: ['lot', 'taché'] }, { title: 'LOT de 3' }), 'excluded-word')
  assert.equal(drop({ excludedWords: ['tache'] }, { title: 'Pull, TACHÉ' }), 'excluded-word')
  assert.equal(drop({ excludedWords: ['lot'] }, { title: 'Pilote' }), null)
})

test('words are literals, never patterns', () => {
  const startedAt = performance.now()
  assert.equal(drop({ requiredWords: ['(a+)+$'] }, { title: `${'a'.repeat(20_000)}!` }), 'word')
  assert.ok(performance.now() - startedAt < 1_000)
  assert.equal(drop({ requiredWords: ['(a+)+$'] }, { title: 'x (a+)+$ y' }), null)
  assert.equal(drop({ requiredWords: ['c++'] }, { title: 'Livre C++ débutant' }), null)
  assert.equal(drop({ requiredWords: ['c++'] }, { title: 'Livre C débutant' }), 'word')
  assert.equal(drop({ requiredWords: ['.*'] }, { title: 'anything' }), 'word')
  assert.equal(drop({ requiredWords: ['c++'] }, { title: 'ABC++' }), 'word')
})

test('a word that is touched once and free later is found', () => {
  assert.equal(drop({ requiredWords: ['max'] }, { title: 'maxi max' }), null)
})

test('size words match parts of a label, but not other sizes that contain them', () => {
  assert.equal(drop({ sizes: ['38'] }, { size: '5 junior | EU 38' }), null)
  assert.equal(drop({ sizes: ['38'] }, { size: '138' }), 'size')
  assert.equal(drop({ sizes: ['l'] }, { size: 'XL' }), 'size')
  assert.equal(drop({ sizes: ['L'] }, { size: 'L' }), null)
  assert.equal(drop({ sizes: ['L'] }, { size: 'L / 40' }), null)
  assert.equal(drop({ sizes: ['36', '38'] }, { size: 'EU 38' }), null)
  assert.equal(drop({ sizes: ['38'] }, { size: null }), 'size')
})

test('brand words match the brand only', () => {
  assert.equal(drop({ brands: ['hermes'] }, { brand: 'Hermès' }), null)
  assert.equal(drop({ brands: ['nike'] }, { brand: 'Nike Air' }), null)
  assert.equal(drop({ brands: ['nike'] }, { brand: 'Adidas', title: 'like Nike' }), 'brand')
  assert.equal(drop({ brands: ['nike', 'adidas'] }, { brand: 'adidas' }), null)
  assert.equal(drop({ brands: ['nike'] }, { brand: null }), 'brand')
})

test('price bounds include their ends and speak of the price without fees', () => {
  assert.equal(drop({ priceMin: 30, priceMax: 30 }, { price: 30 }), null)
  assert.equal(drop({ priceMin: 30.01 }, { price: 30 }), 'price')
  assert.equal(drop({ priceMax: 29.99 }, { price: 30 }), 'price')
  assert.equal(drop({ priceMax: 30 }, { price: 30, totalPrice: 32.2 }), null)
  assert.equal(drop({ priceMin: 0, priceMax: 0 }, { price: 0 }), null)
})

test('the highest total price is what the buyer pays; without fees known it is the price', () => {
  assert.equal(drop({ maxTotalPrice: 32 }, { totalPrice: 32.2 }), 'total-price')
  assert.equal(drop({ maxTotalPrice: 32.2 }, { totalPrice: 32.2 }), null)
  assert.equal(drop({ maxTotalPrice: 29 }, { price: 30, totalPrice: null }), 'total-price')
  assert.equal(drop({ maxTotalPrice: 30 }, { price: 30, totalPrice: null }), null)
})

test('conditions are compared by id, and one that nobody knows is kept', () => {
  assert.equal(drop({ statusIds: [6, 1] }, { conditionId: 2 }), 'condition')
  assert.equal(drop({ statusIds: [6, 2] }, { conditionId: 2 }), null)
  assert.equal(drop({ statusIds: [6] }, { condition: 'Pas entièrement fonctionnel', conditionId: null }), null)
})

test('sellers are blocked by login, in any case, or by id', () => {
  assert.equal(drop({ blockedSellers: ['Member_F14D4C'] }), 'seller')
  assert.equal(drop({ blockedSellers: ['93815114'] }), 'seller')
  assert.equal(drop({ blockedSellers: ['member_f14'] }), null)
  assert.equal(drop({ blockedSellers: ['member_f14d4c'] }, { seller: null }), null)
})

const words = fc.array(fc.constantFrom('nike', 'air', 'max', 'été', 'c++', '38', 'l', '(a+)+$'), { maxLength: 3 })
const listings = fc.record({
  title: fc
    .array(fc.constantFrom('Nike', 'air', 'MAX', 'Ete', 'C++', '38'), { maxLength: 4 })
    .map((all) => all.join(' ')),
  price: fc.integer({ min: 0, max: 5 }),
  totalPrice: fc.option(fc.integer({ min: 0, max: 7 })),
  brand: fc.option(fc.constantFrom('Nike', 'Nike Air', 'Zara')),
  size: fc.option(fc.constantFrom('L', 'XL', '38', 'EU 38 | UK 5')),
  conditionId: fc.option(fc.constantFrom(1, 2, 6)),
  seller: fc.option(fc.constantFrom({ id: 1, login: 'nike' }, { id: 38, login: 'x' })),
})
const price = fc.option(fc.integer({ min: 0, max: 7 }))
const filters: fc.Arbitrary<Partial<Alert>> = fc.record({
  priceMin: price,
  priceMax: price,
  maxTotalPrice: price,
  statusIds: fc.uniqueArray(fc.constantFrom(1, 2, 3, 6), { maxLength: 2 }),
  brands: words,
  sizes: words,
  requiredWords: words,
  excludedWords: words,
  blockedSellers: words,
})

test('setting one more filter never adds a match', () => {
  const names = [
    'priceMin',
    'priceMax',
    'maxTotalPrice',
    'statusIds',
    'brands',
    'sizes',
    'requiredWords',
    'excludedWords',
    'blockedSellers',
  ] as const
  fc.assert(
    fc.property(filters, fc.constantFrom(...names), listings, (alert, name, listing) => {
      const without = { ...alert, [name]: makeAlert()[name] }
      if (drop(alert, listing) === null) assert.equal(drop(without, listing), null)
    }),
  )
})

test('one more required, excluded or blocked word never adds a match', () => {
  const names = ['requiredWords', 'excludedWords', 'blockedSellers'] as const
  fc.assert(
    fc.property(filters, fc.constantFrom(...names), words, listings, (alert, name, more, listing) => {
      const stricter = { ...alert, [name]: [...(alert[name] ?? []), ...more] }
      if (drop(stricter, listing) === null) assert.equal(drop(alert, listing), null)
    }),
  )
})
