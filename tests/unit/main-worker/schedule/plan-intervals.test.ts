import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LONGEST_MS, planIntervals, SHORTEST_MS } from '../../../../main-worker/schedule/plan-intervals.ts'
import type { RatedSearch } from '../../../../main-worker/schedule/plan-intervals.ts'

const HOUR_MS = 3_600_000
const search = (findsPerHour: number, rest: Partial<RatedSearch> = {}): RatedSearch => ({
  searchKey: `s${findsPerHour}`,
  findsPerHour,
  listingsPerHour: 1,
  ...rest,
})
const perHour = (intervals: readonly number[]): number => intervals.reduce((sum, ms) => sum + HOUR_MS / ms, 0)
const meanDelay = (searches: readonly RatedSearch[], intervals: readonly number[]): number =>
  searches.reduce((sum, { findsPerHour }, place) => sum + findsPerHour * (intervals[place] ?? 0), 0)

const searches = fc.array(
  fc.record({
    searchKey: fc.string(),
    findsPerHour: fc.double({ min: 0, max: 500, noNaN: true }),
    listingsPerHour: fc.double({ min: 0, max: 5_000, noNaN: true }),
  }),
  { minLength: 1, maxLength: 60 },
)
const budgets = fc.integer({ min: 1, max: 20_000 })

test('whatever the searches, the budget holds, nobody is asked more than once a minute, and nothing starves', () => {
  fc.assert(
    fc.property(searches, budgets, (list, budget) => {
      const intervals = planIntervals(list, budget)
      assert.ok(perHour(intervals) <= budget * 1.0001)
      assert.ok(intervals.every((ms) => ms >= SHORTEST_MS && Number.isFinite(ms)))
      const uniform = (list.length / budget) * HOUR_MS
      const longest = Math.max(LONGEST_MS, uniform * 6.1, SHORTEST_MS * 6.1)
      assert.ok(
        intervals.every((ms) => ms <= longest),
        `${Math.max(...intervals)} > ${longest}`,
      )
    }),
  )
})

test('a budget that holds all of them at a quarter of an hour leaves no search longer than that', () => {
  fc.assert(
    fc.property(searches, (list) => {
      const roomy = list.map(({ listingsPerHour, ...rest }) => ({
        ...rest,
        listingsPerHour: Math.min(1, listingsPerHour),
      }))
      const intervals = planIntervals(roomy, list.length * 4)
      assert.ok(intervals.every((ms) => ms <= LONGEST_MS))
    }),
  )
})

test('four times the finds are looked for twice as often', () => {
  const [rare = 0, frequent = 0] = planIntervals([search(1), search(4)], 20)
  assert.ok(Math.abs(rare / frequent - 2) < 0.01, `${rare} / ${frequent}`)
})

test('no other plan of the same budget that we can think of is fresher', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.5, max: 10, noNaN: true }), { minLength: 2, maxLength: 20 }),
      fc.infiniteStream(fc.double({ min: 0.7, max: 1.4, noNaN: true })),
      (rates, noise) => {
        const list = rates.map((rate) => search(rate))
        const budget = list.length * 6
        const ours = planIntervals(list, budget)
        // Another plan: each interval changed a little, then all of them scaled to the same budget and the same limits.
        const changed = ours.map((ms) => ms * (noise.next().value ?? 1))
        const scale = perHour(changed) / perHour(ours)
        const other = changed.map((ms) => ms * scale)
        const isAllowed = other.every((ms) => ms >= SHORTEST_MS && ms <= LONGEST_MS)
        fc.pre(isAllowed)
        assert.ok(meanDelay(list, ours) <= meanDelay(list, other) * 1.001)
      },
    ),
  )
})

test('a page that fills up fast is looked at before a third of it has passed', () => {
  const pageLastsMs = (96 / (3 * 320)) * HOUR_MS
  const intervals = planIntervals([search(0, { listingsPerHour: 320 }), search(0)], 14)
  assert.deepEqual(intervals.map(Math.round), [pageLastsMs, LONGEST_MS])
})

test('below a minute the budget is left unused', () => {
  assert.deepEqual(planIntervals([search(1_000)], 10_000), [SHORTEST_MS])
})

test('nothing to plan is no plan', () => {
  assert.deepEqual(planIntervals([], 100), [])
})
