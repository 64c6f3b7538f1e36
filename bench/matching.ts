import type { Alert } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import { createPageMatcher } from '#shared/marketplaces/vinted/match-page.ts'
import { organicRows, parseCatalogue } from '../regional-worker/vinted/parse-catalogue.ts'
import { makeAlert, uuid } from '../tests/unit/shared/make-alert.ts'
import { benchAlert } from './fleet/bench-alerts.ts'
import { benchPage } from './pages/bench-page.ts'
import type { Table } from '../tests/support/report/format-table.ts'
import { median, quantile } from './report/quantile.ts'
import { timeRuns } from './report/time-runs.ts'

const SIZES = [1, 100, 1_000, 10_000]
const NAIVE_TIMES = 1
/** Each row takes about a second, whatever its size. */
const timesFor = (alerts: number): number => Math.max(10, Math.min(200, Math.round(100_000 / alerts)))

const alertsOf = (count: number): Alert[] =>
  Array.from({ length: count }, (_, place) =>
    makeAlert({ ...(benchAlert(place, 1) as Partial<Alert>), id: uuid(place) }),
  )

/** As the worker does: the page and each filter are prepared once. */
function matchPrepared(alerts: readonly Alert[], listings: readonly Listing[]): number {
  const match = createPageMatcher(listings)
  return alerts.reduce((matches, alert) => matches + match(alert).matched.length, 0)
}

/** Without that idea: everything is prepared again for every listing and alert. */
function matchNaively(alerts: readonly Alert[], listings: readonly Listing[]): number {
  let matches = 0
  for (const listing of listings) {
    for (const alert of alerts) matches += createPageMatcher([listing])(alert).matched.length
  }
  return matches
}

/** One page against more and more alerts of one search. */
export async function* benchMatching(): AsyncGenerator<Table> {
  const { market, body } = benchPage()
  const listings = organicRows(parseCatalogue(JSON.parse(body), market))
  // Both ways compiled before the first row, which is too short to do it by itself.
  const some = alertsOf(200)
  matchPrepared(some, listings)
  matchNaively(some, listings)
  const rows = SIZES.map((size) => {
    const alerts = alertsOf(size)
    const matches = matchPrepared(alerts, listings)
    if (matches !== matchNaively(alerts, listings)) throw new Error('the two ways to match disagree')
    const prepared = timeRuns(timesFor(size), () => matchPrepared(alerts, listings))
    const naive = median(timeRuns(NAIVE_TIMES, () => matchNaively(alerts, listings)))
    const perAlertUs = (median(prepared) * 1000) / size
    return [size, matches, median(prepared), quantile(prepared, 0.95), perAlertUs, naive, naive / median(prepared)]
  })
  yield {
    title: `matching: a page of 96 rows (${listings.length} organic) against the alerts of one search`,
    n: `N=${SIZES.map(timesFor).join(', ')}; naive N=${NAIVE_TIMES}`,
    columns: ['alerts', 'matches', 'p50 (ms)', 'p95 (ms)', 'µs per alert', 'naive p50 (ms)', 'naive / ours'],
    rows,
    notes: ['naive (baseline): the same rule for each pair of alert and listing, prepared anew each time.'],
  }
}
