import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshness } from '../../../main-worker/fleet/freshness.ts'
import { makeWorker } from './make-worker.ts'

const MEAN_GAP_MS = 18_500
const four = ['a', 'b', 'c', 'd'].map((id) => makeWorker(id))
const numbersOf = (spending: object = {}) => ({
  ageOfFinds: { p50S: null, p95S: null, count: 0, dated: 0, delivery: { p50S: null, p95S: null } },
  spending: { finds: 0, requests: 0, requestsLastHour: 0, ...spending },
})

test('four addresses at 12-25 s may ask 758 times an hour: 44 searches take 209 s at least', () => {
  const { budget } = freshness(numbersOf({ requestsLastHour: 528 }), four, 44, MEAN_GAP_MS)
  assert.deepEqual(budget, { requestsPerHour: 758, usedPerHour: 528, usedPercent: 69.7, searches: 44, boundS: 209 })
})

test('an address that is banned or shared adds nothing', () => {
  const banned = makeWorker('b', { bannedUntil: '2026-11-22T12:30:00Z' })
  const { budget } = freshness(
    numbersOf(),
    [makeWorker('a'), banned, makeWorker('c', { egress: 'a' })],
    19,
    MEAN_GAP_MS,
  )
  assert.deepEqual([budget.requestsPerHour, budget.boundS], [189, 361])
})

test('what would be divided by nothing is unknown, not zero', () => {
  const nobody = freshness(numbersOf({ requestsLastHour: 9 }), [], 44, MEAN_GAP_MS)
  assert.deepEqual(nobody.budget, { requestsPerHour: 0, usedPerHour: 9, usedPercent: null, searches: 44, boundS: null })
  assert.equal(nobody.requestsPerFind, null)
  assert.equal(freshness(numbersOf(), four, 0, MEAN_GAP_MS).budget.boundS, null)
})

test('requests per find are those of the day', () => {
  assert.equal(freshness(numbersOf({ finds: 4, requests: 14 }), four, 44, MEAN_GAP_MS).requestsPerFind, 3.5)
})
