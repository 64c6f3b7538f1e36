import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createCatalogue } from '../../../../local/sandbox/vinted/catalogue.ts'
import { itemPage } from '../../../../local/sandbox/vinted/render-html.ts'
import { renderPage } from '../../../../local/sandbox/vinted/render-item.ts'
import { conditionId } from '../../../../shared/marketplaces/vinted/conditions.ts'
import { marketOf } from '../../../../shared/marketplaces/vinted/markets.ts'

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../support/sandbox/${name}.json`, import.meta.url), 'utf8'))

/** Every path with the type at its end; lists are walked through their members. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => shapeOf(one, `${path}[]`))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, one]) => shapeOf(one, `${path}.${key}`))
  }
  return [`${path}: ${value === null ? 'null' : typeof value}`]
}
const shape = (value: unknown): string[] => [...new Set(shapeOf(value))].toSorted()

const clock = { now: () => Date.UTC(2026, 10, 22) }
const catalogue = createCatalogue(1, clock)

test('a catalogue page has the keys and types of the recorded one, no more and no less', () => {
  const rows = catalogue.listings('fr').map((listing, index) => ({ listing, promoted: index % 4 === 0 }))
  const found = { rows, totalEntries: rows.length, totalPages: 1 }
  const page = renderPage(found, { page: 1, perPage: 96 }, marketOf('fr'), clock.now(), 'id')
  assert.deepEqual(shape(page), shape(recorded('recorded-catalogue-page')))
})

test('a listing page holds the recorded JSON-LD block', () => {
  const listing = catalogue.listings('uk')[0]
  assert.ok(listing)
  const page = itemPage(marketOf('uk'), { ...listing, title: '</script><b>' })
  const block = /<script type="application\/ld\+json">(.*?)<\/script>/.exec(page)?.[1] ?? ''
  const product: unknown = JSON.parse(block)
  assert.deepEqual(shape(product), shape(recorded('recorded-item-page')))
  assert.equal((product as { name: string }).name, '</script><b>')
})

test('fees, labels, conditions and links are those of the market', () => {
  const draft = { ...catalogue.listings('nl')[0], priceCents: 600, size: 'L', statusId: 1, title: 'Été “Noir”' }
  const listing = catalogue.publish('nl', draft as Parameters<typeof catalogue.publish>[1])
  const found = { rows: [{ listing, promoted: true }], totalEntries: 1, totalPages: 1 }
  const [item] = renderPage(found, { page: 1, perPage: 1 }, marketOf('uk'), clock.now(), 'id').items
  assert.deepEqual(item?.price, { amount: '6.00', currency_code: 'GBP' })
  assert.deepEqual(item.service_fee, { amount: '1.00', currency_code: 'GBP' })
  assert.deepEqual(item.total_item_price, { amount: '7.00', currency_code: 'GBP' })
  assert.equal(item.url, `/items/${listing.id}-ete-noir`)
  assert.equal(item.item_box.second_line, 'L · New without tags')
  assert.equal(item.content_source, 'search_promoted_items')
})

test('every made-up condition is a word of the market, and a listing without size says only that', () => {
  const found = catalogue.listings('nl').map((listing) => ({ listing, promoted: false }))
  const { items } = renderPage(
    { rows: found, totalEntries: 1, totalPages: 1 },
    { page: 1, perPage: 96 },
    marketOf('nl'),
    0,
    'id',
  )
  const lines = items.map((item) => item.item_box.second_line)
  assert.ok(lines.every((line) => conditionId(line.split(' · ').at(-1) ?? '', 'nl-NL') !== null))
  assert.ok(lines.some((line) => !line.includes(' · ')))
})
