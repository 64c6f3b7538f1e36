import { requestsPerHour } from '../../main-worker/fleet/cycle-capacity.ts'
import { pageLastsMs, planIntervals } from '../../main-worker/schedule/plan-intervals.ts'
import type { RatedSearch } from '../../main-worker/schedule/plan-intervals.ts'

const HOUR_MS = 3_600_000
const CYCLE_S = 300
/** Between two requests of one address: 12-25 s (REQUEST_DELAY_*). */
const MEAN_GAP_MS = 18_500
/** From the request to the message: what the site's answer takes. Sending is not in it. */
const ANSWER_S = 0.5

/** How fresh a schedule keeps things. `pagesThatLast`: the share of searches whose page holds a burst until it is asked again. */
export type Freshness = { meanAgeS: number; requestsPerHour: number; pagesThatLast: number }

/** What `regions` addresses may ask in an hour, in the numbers of `stats`. */
export const budgetOf = (regions: number): number =>
  requestsPerHour(
    Array.from({ length: regions }, (_, place) => ({ egress: String(place), slowFactor: 1 })),
    MEAN_GAP_MS,
  )

/** A round of all searches, each asked equally often with the whole budget, in seconds: nothing polls all of them faster. */
export const boundOf = (searches: number, regions: number): number => (searches / budgetOf(regions)) * 3_600

/** A listing comes at any moment of its search's interval: half of it is the mean wait, and busy searches have more of them. */
function freshness(searches: readonly RatedSearch[], intervalsMs: readonly number[]): Freshness {
  let [waits, finds, requests, lasting] = [0, 0, 0, 0]
  for (const [place, search] of searches.entries()) {
    const intervalMs = intervalsMs[place] ?? 0
    const hours = intervalMs / HOUR_MS
    const { findsPerHour } = search
    waits += (findsPerHour * hours * 3_600) / 2
    finds += findsPerHour
    requests += 1 / hours
    if (intervalMs <= pageLastsMs(search) * 1.000_001) lasting += 1
  }
  return { meanAgeS: waits / finds + ANSWER_S, requestsPerHour: requests, pagesThatLast: lasting / searches.length }
}

/** Equal shares every five minutes; a cycle that takes longer is followed by the next one. */
export function cycleFreshness(searches: readonly RatedSearch[], regions: number): Freshness {
  const longestShare = Math.ceil(searches.length / regions)
  const roundS = (longestShare * regions * 3_600) / budgetOf(regions)
  return freshness(
    searches,
    searches.map(() => Math.max(CYCLE_S, roundS) * 1_000),
  )
}

/** The square-root rule with the budget `perHour`, as if the rates of all searches were known. */
export const continuousFreshness = (searches: readonly RatedSearch[], perHour: number): Freshness =>
  freshness(searches, planIntervals(searches, perHour))
