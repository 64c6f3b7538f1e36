import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPageMatcher } from '#shared/marketplaces/vinted/match-page.ts'
import type { Filters } from '#shared/marketplaces/vinted/match-page.ts'
import { makeListing } from '../../make-listing.ts'

const words = ['nike', 'Été', 'robe', 'air max', 'c++', 'L', 'XL', '38', '(a+)+$', 'ñandú']
const word = fc.constantFrom(...words)
const price = fc.integer({ min: 0, max: 20 })
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })

const listing = fc
  .record({
    title: fc.array(word, { maxLength: 4 }).map((parts) => parts.join(' ')),
    price,
    totalPrice: maybe(price),
    brand: maybe(word),
    size: maybe(word),
    conditionId: maybe(fc.constantFrom(1, 2, 3, 4, 6)),
    seller: maybe(fc.record({ id: fc.integer({ min: 1, max: 4 }), login: fc.constantFrom('anna', 'Bob', 'cé') })),
  })
  .map((fields) => makeListing(fields))

const filters: fc.Arbitrary<Filters> = fc.record({
  priceMin: maybe(price),
  priceMax: maybe(price),
  maxTotalPrice: maybe(price),
  statusIds: fc.subarray([1, 2, 3]),
  blockedSellers: fc.subarray(['anna', 'BOB', '3']),
  brands: fc.subarray(words, { maxLength: 2 }),
  sizes: fc.subarray(words, { maxLength: 2 }),
  requiredWords: fc.subarray(words, { maxLength: 2 }),
  excludedWords: fc.subarray(words, { maxLength: 2 }),
})

test('30 alerts that share a page get what 30 pages of their own would give them, whole and in page order', () => {
  fc.assert(
    fc.property(
      fc.array(listing, { maxLength: 100 }),
      fc.array(filters, { minLength: 1, maxLength: 30 }),
      (page, alerts) => {
        const shared = createPageMatcher(page)
        for (const alert of alerts) {
          const together = shared(alert)
          // One row at a time, with nothing remembered from another row or alert.
          const alone = page.filter((row) => createPageMatcher([row])(alert).matched.length === 1)
          assert.deepEqual(together.matched, alone)
          const dropped = Object.values(together.dropped).reduce((sum, count) => sum + count, 0)
          assert.equal(together.matched.length + dropped, page.length)
        }
      },
    ),
    { numRuns: 60 },
  )
})
