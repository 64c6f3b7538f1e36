import { seededRandom } from '../local/sandbox/random.ts'
import { homeMarket } from '../main-worker/alerts/plan-cycle.ts'
import type { Identities } from '../main-worker/schedule/identify-searches.ts'
import { planRequests } from '../main-worker/schedule/plan-requests.ts'
import { pickSearch, planSchedule } from '../main-worker/schedule/plan-schedule.ts'
import type { DueAlert, SearchRates } from '../shared/database/runs.ts'
import { canonicalSearch } from '../shared/marketplaces/vinted/canonical-search.ts'
import type { Table } from '../tests/support/report/format-table.ts'
import { makeAlert, uuid } from '../tests/unit/shared/make-alert.ts'
import { median, quantile } from './report/quantile.ts'
import { timeRuns } from './report/time-runs.ts'
import { fullBudget } from './simulation/contenders.ts'

const SIZES = [44, 1_000, 10_000, 100_000]
const WORKERS = 64
const MINUTE_MS = 60_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const MARKETS = ['fr', 'us', 'nl', 'uk', 'de']
const timesFor = (searches: number): number => (searches > 10_000 ? 5 : 50)

type World = { alerts: DueAlert[]; rates: SearchRates[] }

const hoursAgo = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString()

/** So many alerts for the same words, each with another price; rates by Zipf; looked at in the last two hours. */
function worldOf(count: number, perFamily: 1 | 3): World {
  const random = seededRandom(7)
  const alerts = Array.from({ length: count }, (_, place): DueAlert => {
    const family = Math.floor(place / perFamily)
    const market = MARKETS[family % MARKETS.length] ?? 'fr'
    const search = { market, searchText: `words ${family}`, brandIds: [53, family + 1], priceMax: 20 + (place % 3) }
    const alert = makeAlert({ id: uuid(place), ...search, lastCheckedAt: hoursAgo(random.next() * 2) })
    return { alert, revision: 1 }
  })
  const keys = alerts.map(({ alert }) => canonicalSearch(alert).key)
  const rates = keys.map((key, place) => ({
    key,
    finds: (10 * count) / (place + 1),
    listings: 100,
    hours: 10,
    lastGoodAt: hoursAgo(2),
    ownAt: hoursAgo(1),
    overflow: null,
  }))
  return { alerts, rates }
}

/** One plan, and everything that 64 workers take from it in its minute. */
function planMinute({ alerts, rates }: World, identities: Identities): { taken: number; identities: Identities } {
  const perHour = fullBudget(WORKERS)
  const plan = planRequests(alerts, { rates, identities, failedCovers: new Set() }, perHour, NOW)
  const due = planSchedule(plan.requests, perHour, NOW, NOW + MINUTE_MS)
  const taken = new Set<string>()
  const picks = Math.round(perHour / 60)
  for (let pick = 0; pick < picks; pick += 1) {
    const home = homeMarket(`worker-${MARKETS[pick % MARKETS.length]}`)
    const search = pickSearch(due, home, NOW + (pick / picks) * MINUTE_MS, ({ searchKey }) => !taken.has(searchKey))
    if (search) taken.add(search.searchKey)
  }
  return { taken: taken.size, identities: plan.identities }
}

function measure(size: number, perFamily: 1 | 3): { taken: number; p50: number; p95: number } {
  const world = worldOf(size, perFamily)
  const { taken, identities } = planMinute(world, new Map())
  const times = timeRuns(timesFor(size), () => planMinute(world, identities))
  return { taken, p50: median(times), p95: quantile(times, 0.95) }
}

/** What planning costs main, from alerts and rates to what workers take. */
export async function* benchPlanning(): AsyncGenerator<Table> {
  yield {
    title: 'planning: what a minute of the continuous schedule costs main',
    n: `N=${SIZES.map(timesFor).join(', ')}, ${WORKERS} workers`,
    columns: ['alerts', 'taken in the minute', 'words of their own p50 (ms)', 'p50 (ms)', 'p95 (ms)', 'µs per alert'],
    rows: SIZES.map((size) => {
      const own = measure(size, 1)
      const shared = measure(size, 3)
      return [size, shared.taken, own.p50, shared.p50, shared.p95, (shared.p50 * 1000) / size]
    }),
    notes: [
      'From alerts and rates as they are read to what 64 workers take; three alerts for the same words, which share a page (once also each with words of its own). A plan after the first: what search an alert has is remembered. Without the database, whose answer takes longer (table “database”).',
    ],
  }
}
