import { seededRandom } from '../../local/sandbox/random.ts'
import { homeMarket } from '../../main-worker/alerts/plan-cycle.ts'
import { pickSearch, planSchedule } from '../../main-worker/schedule/plan-schedule.ts'
import type { ScheduledSearch } from '../../main-worker/schedule/plan-schedule.ts'
import type { Table } from '../../tests/support/report/format-table.ts'
import { median, quantile } from '../report/quantile.ts'
import { timeRuns } from '../report/time-runs.ts'
import { fullBudget } from './contenders.ts'

const SIZES = [44, 1_000, 10_000, 100_000]
const WORKERS = 64
const MINUTE_MS = 60_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const MARKETS = ['fr', 'us', 'nl', 'uk', 'de']
const timesFor = (searches: number): number => (searches > 10_000 ? 5 : 50)

/** Keys as long as the real ones; rates by Zipf; looked at some time in the last two hours. */
function searchesOf(count: number): ScheduledSearch[] {
  const random = seededRandom(7)
  return Array.from({ length: count }, (_, place) => ({
    searchKey: String(place).padStart(64, '0'),
    market: random.pick(MARKETS),
    lastCheckedAt: NOW - random.int(0, 120 * MINUTE_MS),
    findsPerHour: count / (place + 1),
    listingsPerHour: 10,
  }))
}

/** One plan, and everything that 64 workers take from it in its minute. */
function planMinute(searches: readonly ScheduledSearch[]): number {
  const perHour = fullBudget(WORKERS)
  const due = planSchedule(searches, perHour, NOW, NOW + MINUTE_MS)
  const taken = new Set<string>()
  const picks = Math.round(perHour / 60)
  for (let pick = 0; pick < picks; pick += 1) {
    const home = homeMarket(`worker-${MARKETS[pick % MARKETS.length]}`)
    const search = pickSearch(due, home, NOW + (pick / picks) * MINUTE_MS, ({ searchKey }) => !taken.has(searchKey))
    if (search) taken.add(search.searchKey)
  }
  return taken.size
}

export function planningTable(): Table {
  return {
    title: 'planning: what a minute of the continuous schedule costs main',
    n: `N=${SIZES.map(timesFor).join(', ')}, ${WORKERS} workers`,
    columns: ['searches', 'taken in the minute', 'p50 (ms)', 'p95 (ms)', 'µs per search'],
    rows: SIZES.map((size) => {
      const searches = searchesOf(size)
      const taken = planMinute(searches)
      const times = timeRuns(timesFor(size), () => planMinute(searches))
      return [size, taken, median(times), quantile(times, 0.95), (median(times) * 1000) / size]
    }),
    notes: ['Without reading the alerts from the database, which takes longer (growth).'],
  }
}
