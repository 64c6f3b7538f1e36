import type { FleetNumbers, WorkerRow } from '#shared/database/fleet.ts'
import { requestsPerFind } from '../statistics/ratios.ts'
import { requestsPerHour } from './cycle-capacity.ts'
import { workerAvailability } from './worker-availability.ts'

/** How old finds are, what they cost, and what the pace allows. */
export type Freshness = {
  ageOfFinds: FleetNumbers['ageOfFinds']
  spending: FleetNumbers['spending']
  /** Of the last 24 hours; null without a find. */
  requestsPerFind: number | null
  budget: {
    /** What the addresses that are available now may ask of the site in an hour. */
    requestsPerHour: number
    /** Requests of runs in the last hour. */
    usedPerHour: number
    /** Above 100 when an address was lost in that hour. Null while none is available. */
    usedPercent: number | null
    /** Requests of one round: one for each search, fewer where searches share a page. */
    searches: number
    /** Seconds to ask every search once with all of the budget: no schedule can look at all of them more often. Null without searches or addresses. */
    boundS: number | null
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10

export function freshness(
  { ageOfFinds, spending }: Pick<FleetNumbers, 'ageOfFinds' | 'spending'>,
  workers: readonly WorkerRow[],
  searches: number,
  meanGapMs: number,
): Freshness {
  const perHour = requestsPerHour(workerAvailability(workers).available, meanGapMs)
  const used = spending.requestsLastHour
  return {
    ageOfFinds,
    spending,
    requestsPerFind: requestsPerFind(spending),
    budget: {
      requestsPerHour: Math.round(perHour),
      usedPerHour: used,
      usedPercent: perHour === 0 ? null : tenths((used / perHour) * 100),
      searches,
      boundS: perHour === 0 || searches === 0 ? null : tenths((searches / perHour) * 3600),
    },
  }
}
