import { organicRows, parseCatalogue } from '../regional-worker/vinted/parse-catalogue.ts'
import { benchPage } from './pages/bench-page.ts'
import type { Table } from '../tests/support/report/format-table.ts'
import { median, quantile } from './report/quantile.ts'
import { timeRuns } from './report/time-runs.ts'

const TIMES = 200

/** One answer of the site, from text to listings, beside the least it could cost. */
export async function* benchParse(): AsyncGenerator<Table> {
  const { market, body } = benchPage()
  const works: [name: string, work: () => unknown][] = [
    ['JSON.parse alone (baseline)', () => JSON.parse(body) as unknown],
    ['parseCatalogue', () => parseCatalogue(JSON.parse(body), market)],
    ['parseCatalogue and organicRows', () => organicRows(parseCatalogue(JSON.parse(body), market))],
  ]
  yield {
    title: `parse: a page of 96 rows, ${Math.round(body.length / 1024)} KB`,
    n: `N=${TIMES}`,
    columns: ['work', 'p50 (ms)', 'p95 (ms)'],
    rows: works.map(([name, work]) => {
      const times = timeRuns(TIMES, work)
      return [name, median(times), quantile(times, 0.95)]
    }),
  }
}
