import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { homeMarket, planCycle } from '../../../main-worker/alerts/plan-cycle.ts'
import { makeAlert, uuid } from '../shared/make-alert.ts'

const FLEET = ['worker-fr', 'worker-us', 'worker-nl', 'worker-uk']

/** Searches named by their place: the lower, the longer ago they were checked. */
const searches = (count: number, market: (place: number) => string = () => 'fr'): SearchGroup[] =>
  Array.from({ length: count }, (_, place) => ({
    searchKey: `s${place}`,
    market: market(place),
    alerts: [{ revision: 1, alert: makeAlert({ id: uuid(place) }) }],
  }))
const sizes = (plan: ReturnType<typeof planCycle>) =>
  Object.fromEntries(plan.map(({ workerId, groups }) => [workerId, groups.length]))
const keysOf = (plan: ReturnType<typeof planCycle>, workerId: string) =>
  plan.find((share) => share.workerId === workerId)?.groups.map(({ searchKey }) => searchKey) ?? []

test('41 searches over four workers are 11, 10, 10 and 10, the remainder in the order given', () => {
  assert.deepEqual(sizes(planCycle(searches(41), FLEET)), {
    'worker-fr': 11,
    'worker-us': 10,
    'worker-nl': 10,
    'worker-uk': 10,
  })
  assert.equal(sizes(planCycle(searches(41), FLEET.toReversed()))['worker-uk'], 11)
})

test('a worker that is slowed to a quarter gets so much less that all end together', () => {
  const plan = planCycle(searches(39), FLEET, undefined, (id) => (id === 'worker-us' ? 0.25 : 1))
  assert.deepEqual(sizes(plan), { 'worker-fr': 12, 'worker-us': 3, 'worker-nl': 12, 'worker-uk': 12 })
})

test('a worker’s home market comes first, and only what does not fit crosses', () => {
  const markets = ['fr', 'us', 'nl', 'uk']
  const even = planCycle(
    searches(8, (place) => markets[place % 4] ?? ''),
    FLEET,
  )
  for (const { workerId, groups } of even) assert.ok(groups.every(({ market }) => market === homeMarket(workerId)))
  const plan = planCycle(
    searches(8, (place) => (place < 4 ? 'fr' : 'nl')),
    ['worker-fr', 'worker-us', 'worker-nl'],
  )
  const crossing = plan.flatMap(({ workerId, groups }) =>
    groups.filter(({ market }) => market !== homeMarket(workerId)),
  )
  // Shares are 3, 3 and 2: one of fr and two of nl find no room at home.
  assert.equal(crossing.length, 3)
  assert.ok(plan.find(({ workerId }) => workerId === 'worker-fr')?.groups.every(({ market }) => market === 'fr'))
})

test('every worker begins with what was checked the longest ago', () => {
  for (const { groups } of planCycle(
    searches(9, (place) => (place % 2 ? 'fr' : 'us')),
    ['worker-fr', 'worker-us'],
  )) {
    const places = groups.map(({ searchKey }) => Number(searchKey.slice(1)))
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
  }
  assert.deepEqual(keysOf(planCycle(searches(3), ['worker-fr']), 'worker-fr'), ['s0', 's1', 's2'])
})

test('alerts of one canonical search stay together and count once', () => {
  const due = Array.from({ length: 12 }, (_, place) => ({
    revision: 1,
    alert: makeAlert({ id: uuid(place), searchText: place < 10 ? 'Nike  AIR' : `other ${place}` }),
  }))
  const plan = planCycle(groupDueAlerts(due), ['worker-fr', 'worker-us', 'worker-nl'])
  const alerts = plan.map(({ groups }) => groups.reduce((total, group) => total + group.alerts.length, 0))
  assert.deepEqual(
    plan.map(({ groups }) => groups.length),
    [1, 1, 1],
  )
  assert.deepEqual(
    alerts.toSorted((a, b) => b - a),
    [10, 1, 1],
  )
})

test('a worker that had a search does not get it again, even when the others get more than their share', () => {
  const plan = planCycle(searches(4), ['worker-fr', 'worker-us'], (_key, workerId) => workerId === 'worker-fr')
  assert.deepEqual(sizes(plan), { 'worker-us': 4 })
})

test('a search that nobody may have stays out of the plan, and workers without a search too', () => {
  assert.deepEqual(
    planCycle(searches(2), ['worker-fr'], (key) => key === 's0').flatMap(({ groups }) => groups),
    [searches(2)[1]],
  )
  assert.deepEqual(sizes(planCycle(searches(1), FLEET)), { 'worker-fr': 1 })
  assert.deepEqual(planCycle([], FLEET), [])
})

test('a worker’s home is in its id, and an id without a market has none', () => {
  assert.deepEqual(['worker-fr', 'vigie-worker-uk', 'fr', 'worker-2', 'worker'].map(homeMarket), [
    'fr',
    'uk',
    'fr',
    null,
    null,
  ])
})

const fleets = fc.uniqueArray(fc.constantFrom(...FLEET, 'worker-de', 'worker-7'), { minLength: 1 })
const plans = fc.tuple(fc.array(fc.constantFrom('fr', 'us', 'nl', 'uk', 'pl'), { maxLength: 60 }), fleets)

test('every search is planned exactly once, and shares differ by one at the most', () => {
  fc.assert(
    fc.property(plans, ([markets, workers]) => {
      const groups = searches(markets.length, (place) => markets[place] ?? 'fr')
      const plan = planCycle(groups, workers)
      const keys = plan.flatMap((share) => share.groups.map(({ searchKey }) => searchKey))
      assert.deepEqual(keys.toSorted(), groups.map(({ searchKey }) => searchKey).toSorted())
      const lengths = workers.map((id) => keysOf(plan, id).length)
      assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 1, lengths.join())
    }),
  )
})

test('whatever is to be avoided, a search goes to one allowed worker or to nobody when none is', () => {
  const bans = fc.array(fc.tuple(fc.nat(59), fc.nat(5)), { maxLength: 80 })
  fc.assert(
    fc.property(plans, bans, ([markets, workers], avoided) => {
      const groups = searches(markets.length, (place) => markets[place] ?? 'fr')
      const banned = new Set(avoided.map(([search, worker]) => `s${search} ${workers[worker]}`))
      const avoid = (key: string, workerId: string) => banned.has(`${key} ${workerId}`)
      const plan = planCycle(groups, workers, avoid)
      for (const { searchKey } of groups) {
        const holders = workers.filter((id) => keysOf(plan, id).includes(searchKey))
        const isPossible = workers.some((id) => !avoid(searchKey, id))
        assert.equal(holders.length, isPossible ? 1 : 0)
        for (const id of holders) assert.ok(!avoid(searchKey, id))
      }
    }),
  )
})
