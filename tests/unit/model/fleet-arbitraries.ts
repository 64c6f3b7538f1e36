import { array, constantFrom, integer, record, uniqueArray } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { WorkerRow } from '#shared/database/fleet.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { makeWorker } from '../main-worker/make-worker.ts'
import { makeAlert, uuid } from '../shared/make-alert.ts'

const MARKETS = ['fr', 'us', 'nl', 'uk', 'de', 'es'] as const
const LATER = '2026-11-22T11:00:00.000Z'

const workerIds = uniqueArray(
  constantFrom(...MARKETS.map((market) => `worker-${market}`), 'worker-2-fr', 'paris', 'a', 'z'),
  {
    maxLength: 8,
  },
)

/** Workers in any state; the states are independent of each other, as they are in life. */
export const fleets: Arbitrary<WorkerRow[]> = workerIds.chain((ids) =>
  array(
    record({
      isHealthy: constantFrom(true, true, false),
      isDraining: integer({ min: 0, max: 9 }).map((n) => n === 0),
      bannedUntil: constantFrom(null, null, null, LATER),
      restingUntil: constantFrom(null, null, null, null, LATER),
      successCount: integer({ min: 0, max: 5 }),
      errorCount: integer({ min: 0, max: 5 }),
    }),
    { minLength: ids.length, maxLength: ids.length },
  ).map((states) =>
    states.map((state, place) =>
      makeWorker(ids[place] ?? '', { ...state, requestCount: state.successCount + state.errorCount }),
    ),
  ),
)

/** Searches from the one that waits the longest to the newest, of any markets, some without a worker of their own. */
export const searchGroups: Arbitrary<SearchGroup[]> = array(constantFrom(...MARKETS), { maxLength: 45 }).map(
  (markets) =>
    markets.map((market, place) => ({
      searchKey: `s${place}`,
      market,
      alerts: [{ revision: 1, alert: makeAlert({ id: uuid(place) }) }],
    })),
)
