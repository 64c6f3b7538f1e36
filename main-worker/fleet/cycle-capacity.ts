import type { WorkerRow } from '#shared/database/fleet.ts'
import { LONGEST_MS } from '../schedule/plan-intervals.ts'

/** What one request takes besides the pace: the site's answer and the database. */
const SERVICE_MS = 500

/** With the clock off the documented interval is the yardstick. */
const USUAL_INTERVAL_MS = 300_000

type Pace = { schedule: 'cycle' | 'continuous'; cycleEveryMs: number | null; meanGapMs: number }
type Address = Pick<WorkerRow, 'egress' | 'slowFactor'>

/** What the site is asked of at most, by all addresses together; a slowed one asks less. */
export function requestsPerHour(workers: readonly Address[], meanGapMs: number): number {
  return [...slownessOf(workers).values()].reduce((sum, slow) => sum + 3_600_000 / (meanGapMs * slow + SERVICE_MS), 0)
}

/** Per address: workers behind one share its pace. */
const slownessOf = (workers: readonly Address[]): Map<string, number> =>
  new Map(workers.map(({ egress, slowFactor }) => [egress, slowFactor]))

export type CycleCapacity = {
  /** How many searches fit one cycle; the longest wait that is wanted, where each search has its own time. */
  searches: number
  /** How that was computed, in words. */
  arithmetic: string
}

/** One request per gap on every address: four of them at 12-25 s fit 63 searches in five minutes. A slowed address fits fewer. */
export function cycleCapacity(workers: readonly Address[], { schedule, cycleEveryMs, meanGapMs }: Pace): CycleCapacity {
  const everyMs = schedule === 'continuous' ? LONGEST_MS : (cycleEveryMs ?? USUAL_INTERVAL_MS)
  const slowness = slownessOf(workers)
  const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
  const slowed = [...slowness.values()].filter((slowFactor) => slowFactor > 1).length
  return {
    searches: Math.floor((requestsPerHour(workers, meanGapMs) * everyMs) / 3_600_000),
    arithmetic: [
      `${slowness.size} address(es) × ${seconds(everyMs)} ÷ (${seconds(meanGapMs)} between requests + ${seconds(SERVICE_MS)})`,
      ...(slowed > 0 ? [`${slowed} of them slowed by a 429`] : []),
    ].join(', '),
  }
}
