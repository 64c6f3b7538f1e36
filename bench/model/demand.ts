import type { RatedSearch } from '../../main-worker/schedule/plan-intervals.ts'
import { createMarket } from '../simulation/market.ts'

const HOUR_MS = 3_600_000

/** The demand of the simulation, known instead of learned: its pages hold what is found, and nothing else. */
export const demandOf = (alerts: number): RatedSearch[] =>
  createMarket(alerts, 1, 0).searches.map(({ key, of }) => {
    const perHour = of.ratePerMs * HOUR_MS
    return { searchKey: key, findsPerHour: perHour, listingsPerHour: perHour }
  })
