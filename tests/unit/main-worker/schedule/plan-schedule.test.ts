import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pickSearch, planSchedule } from '../../../../main-worker/schedule/plan-schedule.ts'
import type { DueSearch, ScheduledSearch } from '../../../../main-worker/schedule/plan-schedule.ts'

const MINUTE_MS = 60_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const search = (
  searchKey: string,
  minutesAgo: number | null,
  rest: Partial<ScheduledSearch> = {},
): ScheduledSearch => ({
  searchKey,
  market: 'fr',
  findsPerHour: 1,
  listingsPerHour: 1,
  lastCheckedAt: minutesAgo === null ? null : NOW - minutesAgo * MINUTE_MS,
  ...rest,
})
const plan = (searches: ScheduledSearch[], perHour = 60) => planSchedule(searches, perHour, NOW, NOW + MINUTE_MS)
const keys = (schedule: readonly DueSearch[]): string[] => schedule.map(({ searchKey }) => searchKey)
const anything = () => true

test('a search that nobody has looked at comes before all others', () => {
  assert.deepEqual(keys(plan([search('old', 300), search('new', null), search('older', 400)])), ['new', 'older', 'old'])
})

test('the order is by how many of its own intervals a search is late', () => {
  const busy = search('busy', 20, { findsPerHour: 100 })
  const quiet = search('quiet', 21, { findsPerHour: 0 })
  assert.deepEqual(keys(plan([quiet, busy], 12)), ['busy', 'quiet'])
})

test('what was looked at just now is not in the next minute’s plan', () => {
  assert.deepEqual(keys(plan([search('just now', 0), search('long ago', 60)])), ['long ago'])
})

test('searches that began together do not stay together, and the same plan made again is the same', () => {
  const together = Array.from({ length: 50 }, (_, place) => search(`search ${place}`, 10))
  const dueAt = () => plan(together, 300).map((due) => due.dueAt)
  assert.ok(new Set(dueAt()).size > 40)
  assert.deepEqual(dueAt(), dueAt())
})

test('a tight budget stretches all intervals, and lateness is measured in the stretched ones', () => {
  const many = Array.from({ length: 600 }, (_, place) => search(`search ${place}`, 30))
  assert.ok(plan(many, 60).every(({ intervalMs }) => intervalMs > 9 * 60 * MINUTE_MS))
})

test('a free worker takes the latest of its home market, unless another market’s is a quarter of its interval later', () => {
  const due = (searchKey: string, market: string, lateness: number): DueSearch => ({
    searchKey,
    market,
    intervalMs: MINUTE_MS,
    dueAt: NOW - 1,
    lateness,
  })
  const close = [due('de', 'de', 1.2), due('fr', 'fr', 1)]
  assert.equal(pickSearch(close, 'fr', NOW, anything)?.searchKey, 'fr')
  const apart = [due('de', 'de', 1.3), due('fr', 'fr', 1)]
  assert.equal(pickSearch(apart, 'fr', NOW, anything)?.searchKey, 'de')
  assert.equal(pickSearch(close, null, NOW, anything)?.searchKey, 'de')
  const news = [due('new de', 'de', Infinity), due('new fr', 'fr', Infinity)]
  assert.equal(pickSearch(news, 'fr', NOW, anything)?.searchKey, 'new fr')
})

test('what is not due yet, or not open to a worker, is not picked', () => {
  const [due] = plan([search('only', 60)])
  assert.ok(due)
  assert.equal(
    pickSearch([due], 'fr', NOW, () => false),
    null,
  )
  assert.equal(pickSearch([{ ...due, dueAt: NOW + 1 }], 'fr', NOW, anything), null)
  assert.equal(pickSearch([], 'fr', NOW, anything), null)
})

test('what is asked at a fixed interval takes its part of the budget first, and its lateness is in that interval', () => {
  const fixed = search('fixed', 180, { everyMs: 120 * MINUTE_MS })
  const schedule = plan([fixed, search('free', 30)], 1)
  const of = (key: string) => schedule.find(({ searchKey }) => searchKey === key)
  assert.equal(of('fixed')?.intervalMs, 120 * MINUTE_MS)
  assert.ok((of('fixed')?.lateness ?? 0) < 0.7)
  // Half a request an hour is left of 1.05: 109 minutes.
  assert.equal(of('free'), undefined)
  assert.ok(plan([fixed, search('free', 130)], 1).some(({ searchKey }) => searchKey === 'free'))
})
