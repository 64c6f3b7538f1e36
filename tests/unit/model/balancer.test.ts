import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as assertProperty, constantFrom, double, integer, option, property, string } from 'fast-check'
import type { WorkerRow } from '#shared/database/fleet.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { homeMarket, planCycle } from '../../../main-worker/alerts/plan-cycle.ts'
import { strategies } from '../../../main-worker/config.ts'
import type { Strategy } from '../../../main-worker/config.ts'
import { chooseWorker } from '../../../main-worker/fleet/choose-worker.ts'
import { workerAvailability } from '../../../main-worker/fleet/worker-availability.ts'
import { fleets, searchGroups } from './fleet-arbitraries.ts'

const chances = double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const someStrategy = constantFrom(...strategies)
const idsOf = (workers: readonly { id: string }[]): string[] => workers.map(({ id }) => id)
const rate = ({ successCount, errorCount }: WorkerRow): number =>
  successCount + errorCount === 0 ? 1 : successCount / (successCount + errorCount)

test('a worker is available exactly when nothing speaks against it, and otherwise the reason is said', () => {
  assertProperty(
    property(fleets, (workers) => {
      const { available, unavailable, isOwnNetworkSuspect } = workerAvailability(workers)
      assert.deepEqual([...idsOf(available), ...idsOf(unavailable)].sort(), idsOf(workers).sort())
      assert.equal(isOwnNetworkSuspect, workers.length >= 2 && workers.every(({ isHealthy }) => !isHealthy))
      for (const worker of workers) {
        const { isHealthy, isDraining, bannedUntil, restingUntil } = worker
        const mayWork =
          bannedUntil === null && restingUntil === null && !isDraining && (isHealthy || isOwnNetworkSuspect)
        assert.equal(available.includes(worker), mayWork)
      }
      for (const { reason } of unavailable) assert.match(reason, /^(banned|draining|resting|unhealthy)/)
    }),
  )
})

test('whatever the strategy, one of those offered is chosen; nobody only where nobody is offered', () => {
  assertProperty(
    property(someStrategy, fleets, option(string()), chances, (strategy, workers, cursor, chance) => {
      const chosen = chooseWorker(strategy, workers, { cursor, random: () => chance })
      if (workers.length === 0) assert.equal(chosen, null)
      else assert.ok(chosen !== null && workers.includes(chosen))
    }),
  )
})

test('least-used takes the least used, health-based the most reliable and among those the least used', () => {
  assertProperty(
    property(fleets, chances, (workers, chance) => {
      const random = (): number => chance
      const least = chooseWorker('least-used', workers, { cursor: null, random })
      assert.ok(workers.every(({ requestCount }) => requestCount >= (least?.requestCount ?? 0)))
      const best = chooseWorker('health-based', workers, { cursor: null, random })
      for (const worker of workers) {
        assert.ok(rate(worker) <= (best ? rate(best) : 0))
        if (best && rate(worker) === rate(best)) assert.ok(worker.requestCount >= best.requestCount)
      }
    }),
  )
})

test('round-robin visits everybody once before it visits anybody twice, wherever it starts and whoever leaves meanwhile', () => {
  assertProperty(
    property(fleets, option(string()), integer({ min: 0, max: 7 }), (workers, start, leaving) => {
      let cursor = start
      const visit = (offered: readonly WorkerRow[]): string[] =>
        offered.map(() => {
          cursor = chooseWorker('round-robin', offered, { cursor, random: () => 0 })?.id ?? null
          return cursor ?? ''
        })
      assert.deepEqual(visit(workers).sort(), idsOf(workers).sort())
      const left = workers.filter((_, place) => place !== leaving)
      assert.deepEqual(visit(left).sort(), idsOf(left).sort())
    }),
  )
})

test('without constraints every search is planned once, in shares that differ by one at most, at home first, oldest first', () => {
  assertProperty(
    property(searchGroups, fleets, (groups, workers) => {
      const ids = idsOf(workers)
      const plan = ids.length === 0 ? [] : planCycle(groups, ids)
      const sizes = ids.map((id) => plan.find(({ workerId }) => workerId === id)?.groups.length ?? 0)
      if (ids.length > 0) {
        assert.deepEqual(
          plan.flatMap((share) => share.groups.map(({ searchKey }) => searchKey)).sort(),
          keys(groups).sort(),
        )
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, sizes.join())
        // The remainder goes to those who are named first.
        assert.deepEqual(
          sizes,
          sizes.toSorted((a, b) => b - a),
        )
      }
      const placeOf = new Map(groups.map(({ searchKey }, place) => [searchKey, place]))
      for (const { workerId, groups: mine } of plan) {
        const places = mine.map(({ searchKey }) => placeOf.get(searchKey) ?? -1)
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
        )
        const home = homeMarket(workerId)
        if (mine.every(({ market }) => market === home)) continue
        const stray = plan.filter(({ workerId }) => homeMarket(workerId) !== home).flatMap(({ groups }) => groups)
        assert.ok(!stray.some(({ market }) => market === home), `${workerId} has a stranger in the room of its own`)
      }
    }),
  )
})

const keys = (groups: readonly SearchGroup[]): string[] => groups.map(({ searchKey }) => searchKey)

/** What may come of one share; after `half` the worker is as good as before, and some of its searches are still open. */
const OUTCOMES = ['checked', 'checked', 'half', 'half', 'lost', 'refused', 'draining', 'resting'] as const
const LATER = '2026-11-22T11:00:00.000Z'

/** One round as a cycle makes it: who may work, in the order of the strategy, and a plan that avoids who had it already. */
function planRound(workers: WorkerRow[], open: SearchGroup[], tried: Map<string, Set<string>>, strategy: Strategy) {
  const order: WorkerRow[] = []
  const { available } = workerAvailability(workers)
  for (let left = available; left.length > 0; left = left.filter((worker) => !order.includes(worker))) {
    const next = chooseWorker(strategy, left, { cursor: order.at(-1)?.id ?? null, random: () => 0.5 })
    assert.ok(next, 'somebody is chosen while somebody is left')
    order.push(next)
  }
  assert.equal(order.length, available.length)
  if (order.length === 0) return []
  return planCycle(open, idsOf(order), (key, id) => tried.get(key)?.has(id) ?? false)
}

test('over the rounds of a cycle no search meets a worker twice, nor one that was refused, drains, rests or is lost', () => {
  assertProperty(
    property(
      searchGroups,
      fleets,
      someStrategy,
      array(constantFrom(...OUTCOMES), { minLength: 8 }),
      (groups, fleet, strategy, outcomes) => {
        let open = groups
        let workers = fleet
        let turn = 0
        const tried = new Map<string, Set<string>>()
        for (let round = 0; round < 4; round += 1) {
          const before = new Map(workerAvailability(workers).available.map((worker) => [worker.id, worker]))
          const plan = planRound(workers, open, tried, strategy)
          const planned = plan.flatMap((share) => keys(share.groups))
          assert.equal(new Set(planned).size, planned.length, 'a search is planned once per round')
          const possible = open.filter((group) => [...before.keys()].some((id) => !tried.get(group.searchKey)?.has(id)))
          assert.deepEqual(planned.sort(), keys(possible).sort(), 'whatever can be asked of somebody is asked')
          for (const { workerId, groups: mine } of plan) {
            assert.ok(before.has(workerId), `${workerId} is not available`)
            for (const { searchKey } of mine) {
              const had = tried.get(searchKey) ?? new Set()
              assert.ok(!had.has(workerId), `${searchKey} meets ${workerId} again`)
              tried.set(searchKey, had.add(workerId))
            }
            const outcome = outcomes[(turn += 1) % outcomes.length]
            if (outcome === 'checked') open = open.filter((group) => !mine.includes(group))
            if (outcome === 'half') open = open.filter((group) => mine.indexOf(group) % 2 !== 0)
            const after = {
              ...(outcome === 'refused' && { bannedUntil: LATER }),
              ...(outcome === 'resting' && { restingUntil: LATER }),
              ...(outcome === 'draining' && { isDraining: true }),
              ...(outcome === 'lost' && { isHealthy: false }),
            }
            workers = workers.map((worker) => (worker.id === workerId ? Object.assign({}, worker, after) : worker))
          }
        }
      },
    ),
    { numRuns: 1000 },
  )
})
