import type { WorkerRow } from '#shared/database/fleet.ts'

/** What one request takes besides the pace: the site's answer and the database. */
const SERVICE_MS = 500

/** With the clock off the documented interval is the yardstick. */
const USUAL_INTERVAL_MS = 300_000

type Pace = { cycleEveryMs: number | null; meanGapMs: number }
type Address = Pick<WorkerRow, 'egress' | 'slowFactor'>

export type CycleCapacity = {
  /** How many searches fit one cycle. */
  searches: number
  /** How that was computed, in words. */
  arithmetic: string
}

/** One request per gap on every address: four of them at 12-25 s fit 63 searches in five minutes. A slowed address fits fewer. */
export function cycleCapacity(workers: readonly Address[], { cycleEveryMs, meanGapMs }: Pace): CycleCapacity {
  const everyMs = cycleEveryMs ?? USUAL_INTERVAL_MS
  const slowness = new Map(workers.map(({ egress, slowFactor }) => [egress, slowFactor]))
  const fits = [...slowness.values()].map((slowFactor) => everyMs / (meanGapMs * slowFactor + SERVICE_MS))
  const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
  const slowed = [...slowness.values()].filter((slowFactor) => slowFactor > 1).length
  return {
    searches: Math.floor(fits.reduce((sum, each) => sum + each, 0)),
    arithmetic: [
      `${slowness.size} address(es) × ${seconds(everyMs)} ÷ (${seconds(meanGapMs)} between requests + ${seconds(SERVICE_MS)})`,
      ...(slowed > 0 ? [`${slowed} of them slowed by a 429`] : []),
    ].join(', '),
  }
}
