import { seededRandom } from '../../local/sandbox/random.ts'
import { homeMarket } from '../../main-worker/alerts/plan-cycle.ts'
import { planCover } from '../../main-worker/schedule/plan-cover.ts'
import type { CoverableSearch } from '../../main-worker/schedule/plan-cover.ts'
import { pickSearch, planSchedule } from '../../main-worker/schedule/plan-schedule.ts'
import { searchFamily } from '../../shared/marketplaces/vinted/cover-search.ts'
import { emptySearch } from '../../shared/marketplaces/vinted/parse-search-url.ts'
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

/** Keys as long as the real ones; three searches for the same words; rates by Zipf; looked at in the last two hours. */
function searchesOf(count: number): Omit<CoverableSearch, 'family'>[] {
  const random = seededRandom(7)
  return Array.from({ length: count }, (_, place) => {
    const market = MARKETS[Math.floor(place / 3) % MARKETS.length] ?? 'fr'
    const search = { ...emptySearch, market, searchText: `words ${Math.floor(place / 3)}`, priceMax: 20 + (place % 3) }
    return {
      searchKey: String(place).padStart(64, '0'),
      ownAt: NOW - MINUTE_MS,
      market,
      search,
      lastCheckedAt: NOW - random.int(0, 120 * MINUTE_MS),
      findsPerHour: count / (place + 1),
      listingsPerHour: 10,
    }
  })
}

/** One plan, and everything that 64 workers take from it in its minute. */
function planMinute(searches: readonly Omit<CoverableSearch, 'family'>[]): number {
  const perHour = fullBudget(WORKERS)
  const inFamilies = searches.map((each) => ({ ...each, family: searchFamily(each.search) }))
  const known = { listingsPerHour: 20, hours: 10, lastGoodAt: 0, overflow: null }
  const due = planSchedule(
    planCover(inFamilies, () => known, perHour, NOW),
    perHour,
    NOW,
    NOW + MINUTE_MS,
  )
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
    notes: [
      'Three searches for the same words, so that covers are planned. Without reading the alerts from the database, which takes longer (growth).',
    ],
  }
}
