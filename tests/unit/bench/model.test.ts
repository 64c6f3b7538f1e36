import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demandOf } from '../../../bench/model/demand.ts'
import { boundOf, budgetOf, continuousFreshness, cycleFreshness } from '../../../bench/model/freshness.ts'
import { monthlyCost } from '../../../bench/model/monthly-cost.ts'
import { alertsThatFit, bytesOf, FREE_BYTES, keptRows } from '../../../bench/model/storage.ts'

const close = (value: number, wanted: number, by: number): void =>
  assert.ok(Math.abs(value - wanted) <= by, `${value}, wants ${wanted} ± ${by}`)

test('four regions may ask 758 requests an hour, and a round of 44 searches takes 209 s', () => {
  close(budgetOf(4), 758, 1)
  close(boundOf(44, 4), 209, 1)
})

test('a find of the five-minute cycle waits half of it, and half a round where the round is longer', () => {
  close(cycleFreshness(demandOf(44), 4).meanAgeS, 150.5, 0.01)
  close(cycleFreshness(demandOf(1_000), 4).meanAgeS, boundOf(1_000, 4) / 2 + 0.5, 0.01)
  close(cycleFreshness(demandOf(44), 4).requestsPerHour, 528, 0.01)
})

test('the square-root rule without its limits would be (Σ√rate)² / (2 × budget × Σ rate); with them it is never better', () => {
  for (const [alerts, regions] of [
    [44, 4],
    [200, 16],
    [10_000, 64],
  ] as const) {
    const rates = demandOf(alerts).map(({ findsPerHour }) => findsPerHour)
    const roots = rates.reduce((sum, rate) => sum + Math.sqrt(rate), 0)
    const all = rates.reduce((sum, rate) => sum + rate, 0)
    const least = (roots ** 2 / (2 * budgetOf(regions) * all)) * 3_600 + 0.5
    const { meanAgeS, requestsPerHour } = continuousFreshness(demandOf(alerts), budgetOf(regions))
    assert.ok(meanAgeS >= least * 0.999, `${alerts}: ${meanAgeS} < ${least}`)
    assert.ok(meanAgeS <= least * 1.1, `${alerts}: ${meanAgeS} > 1.1 × ${least}`)
    assert.ok(requestsPerHour <= budgetOf(regions) * 1.0001)
  }
})

test('with a budget to spare every search is asked once a minute, and the rest of the budget is left', () => {
  const { meanAgeS, requestsPerHour } = continuousFreshness(demandOf(44), budgetOf(64))
  close(meanAgeS, 30.5, 0.01)
  close(requestsPerHour, 44 * 60, 1)
})

test('half the budget doubles the age where no limit is met', () => {
  const demand = demandOf(1_000)
  const [full, half] = [budgetOf(16), budgetOf(16) / 2].map((perHour) => continuousFreshness(demand, perHour).meanAgeS)
  close(((half ?? 0) - 0.5) / ((full ?? 1) - 0.5), 2, 0.01)
})

test('a page lasts when it holds three times what is expected until it is asked again', () => {
  const searches = [31, 33].map((listingsPerHour) => ({ searchKey: 's', findsPerHour: 1, listingsPerHour }))
  // Two searches and two requests an hour: an hour each, and 96 rows.
  assert.equal(continuousFreshness(searches, 2).pagesThatLast, 0.5)
})

test('the costs are those of docs/operations.md', () => {
  const { withoutBrowsers, asShipped, withFixedAddresses } = monthlyCost(4)
  close(withoutBrowsers, 10.1, 0.001)
  close(asShipped, 25.7, 0.001)
  close(withFixedAddresses, 40.1, 0.001)
})

test('rows at rest: 30 days of finds, 7 of listings beside the page, 14 of checks and no more of those than the pace allows', () => {
  const rows = keptRows(10, 4, 2)
  assert.deepEqual(rows, { find: 10 * 2 * 720, seen: 10 * (96 + 2 * 168), check: 10 * 12 * 336 })
  close(keptRows(1_000, 4, 2).check, budgetOf(4) * 336, 1)
})

test('the number of alerts that fit the free plan is the last that does', () => {
  const each = { find: 2_400, seen: 325, check: 840 }
  const fits = alertsThatFit(each, 4, 4.5)
  assert.ok(bytesOf(keptRows(fits, 4, 4.5), each) <= FREE_BYTES)
  assert.ok(bytesOf(keptRows(fits + 1, 4, 4.5), each) > FREE_BYTES)
})
