import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busyMarkets, createCatalogue } from '../../../../local/sandbox/vinted/catalogue.ts'

const at = (now: number) => ({ now: () => now })
const START = Date.UTC(2026, 10, 22)

test('the same seed has the same listings at start, another seed has others', () => {
  const ids = (seed: number, now: number) =>
    createCatalogue(seed, at(now))
      .listings('fr')
      .map(({ id, title }) => `${id} ${title}`)
  assert.deepEqual(ids(1, START), ids(1, START + 60_000))
  assert.notDeepEqual(ids(1, START), ids(2, START))
  assert.equal(ids(1, START).length, 150)
})

test('a restarted sandbox publishes under ids it did not use before', () => {
  const first = createCatalogue(1, at(START))
  const used = new Set(Array.from({ length: 200 }, () => first.invent('fr').id))
  const second = createCatalogue(1, at(START + 60_000))
  assert.ok(Array.from({ length: 200 }, () => second.invent('fr').id).every((id) => !used.has(id)))
})

test('ids are above 32 bits, unique over all markets, and not in the order of publication', () => {
  const catalogue = createCatalogue(1, at(START))
  for (let count = 0; count < 100; count++) catalogue.invent('fr')
  const all = busyMarkets.flatMap((market) => catalogue.listings(market).map(({ id }) => id))
  assert.equal(new Set(all).size, all.length)
  assert.ok(all.every((id) => id > 2 ** 31 && Number.isSafeInteger(id)))
  const fresh = catalogue
    .listings('fr')
    .slice(-100)
    .map(({ id }) => id)
  assert.ok(fresh.some((id, index) => index > 0 && id < (fresh[index - 1] ?? 0)))
})

test('publishing with the id of a listing changes it in its place', () => {
  const catalogue = createCatalogue(1, at(START))
  const old = catalogue.listings('fr')[10]
  assert.ok(old)
  const changed = catalogue.publish('fr', { ...old, priceCents: 1 }, old.id)
  assert.equal(changed.sequence, old.sequence)
  assert.equal(catalogue.find('fr', old.id)?.priceCents, 1)
  assert.equal(catalogue.listings('fr').length, 150)
})

test('a market keeps its newest listings and forgets the oldest', () => {
  const catalogue = createCatalogue(1, at(START))
  for (let count = 0; count < 1500; count++) catalogue.invent('uk')
  const { length } = catalogue.listings('uk')
  assert.ok(length > 960 && length <= 1500, String(length))
  assert.equal(catalogue.listings('uk').at(-1)?.sequence, catalogue.newest())
})
