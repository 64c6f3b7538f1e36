import type { Cell, Table } from '../tests/support/report/format-table.ts'
import { comparison } from './model/compare.ts'
import { demandOf } from './model/demand.ts'
import { boundOf, budgetOf, continuousFreshness, cycleFreshness } from './model/freshness.ts'
import { measureRows } from './model/measure-rows.ts'
import type { PerKind } from './model/measure-rows.ts'
import { monthlyCost } from './model/monthly-cost.ts'
import { alertsThatFit, bytesOf, FREE_BYTES, keptRows } from './model/storage.ts'

const ALERTS = [44, 200, 1_000, 10_000]
const REGIONS = [1, 4, 16, 64]
/** What the simulation takes a search for: 200 finds an hour for the 44 alerts of the first owner. */
const FINDS_PER_HOUR = 4.5
const SHIPPED_REGIONS = 4

const dollars = (value: number): string => value.toFixed(2)
const percent = (share: number): number => Math.floor(share * 100)

function freshnessRow(alerts: number, regions: number): Cell[] {
  const [searches, budget] = [demandOf(alerts), budgetOf(regions)]
  const cycle = cycleFreshness(searches, regions)
  const full = continuousFreshness(searches, budget)
  const half = continuousFreshness(searches, budget / 2)
  return [
    alerts,
    regions,
    budget,
    boundOf(alerts, regions),
    cycle.meanAgeS,
    cycle.requestsPerHour / regions,
    percent(cycle.pagesThatLast),
    full.meanAgeS,
    full.requestsPerHour / regions,
    percent(full.pagesThatLast),
    half.meanAgeS,
    half.requestsPerHour / regions,
    dollars(monthlyCost(regions).asShipped),
  ]
}

const freshnessTable = (sizes: readonly number[]): Table => ({
  title: 'model: how fresh, for how many alerts, with how many regions, at what monthly cost',
  n: 'arithmetic',
  columns: [
    'alerts',
    'regions',
    'B (requests/h)',
    'S/B (s)',
    'cycle (s)',
    'an address/h',
    'pages last (%)',
    'continuous (s)',
    'an address/h',
    'pages last (%)',
    'half the pace (s)',
    'an address/h',
    '$ a month',
  ],
  rows: sizes.flatMap((alerts) => REGIONS.map((regions) => freshnessRow(alerts, regions))),
  notes: [
    'B: what all addresses may ask at 12-25 s and half a second for an answer. S/B: a round of all searches with the whole budget. Seconds: the mean age of a find. Half the pace: continuous with half of B.',
    'Each alert is a search of its own; finds follow Zipf(1), 4.5 an hour and search in the mean, and are known. Pages last: searches whose page of 96 rows holds three times the expected listings until they are asked again; what slides past unseen is not in the mean age.',
    '$ a month: main and the regions as shipped; the other shapes stand in the next table.',
  ],
})

const costTable = (): Table => ({
  title: 'model: what the machines cost a month',
  n: 'Fly.io, iad, prices of September 2026',
  columns: ['regions', 'no browsers, 256 MB ($)', 'as shipped, 1 GB ($)', 'with fixed addresses ($)'],
  rows: REGIONS.map((regions) => {
    const { withoutBrowsers, asShipped, withFixedAddresses } = monthlyCost(regions)
    return [regions, dollars(withoutBrowsers), dollars(asShipped), dollars(withFixedAddresses)]
  }),
  notes: [
    'Main (256 MB) is $2.02, a region without a browser the same (5 × 2.02 = 10.10), with one (1 GB) $5.92 (2.02 + 4 × 5.92 = 25.70), a fixed outgoing address $3.60. Always on, without traffic and database. Ask the price list before you decide.',
  ],
})

function storageTable(sizes: readonly number[], each: PerKind): Table {
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
  const fits = alertsThatFit(each, SHIPPED_REGIONS, FINDS_PER_HOUR)
  return {
    title: 'model: what the database holds at rest',
    n: `${SHIPPED_REGIONS} regions, ${FINDS_PER_HOUR} finds an hour and alert`,
    columns: ['alerts', 'finds (MB)', 'seen listings (MB)', 'checks (MB)', 'in all (MB)', 'free plan, 0.5 GB'],
    rows: sizes.map((alerts) => {
      const rows = keptRows(alerts, SHIPPED_REGIONS, FINDS_PER_HOUR)
      const all = bytesOf(rows, each)
      const parts = [rows.find * each.find, rows.seen * each.seen, rows.check * each.check, all].map(megabytes)
      return [alerts, ...parts, all <= FREE_BYTES ? 'fits' : 'outgrown']
    }),
    notes: [
      `Measured in PostgreSQL, with indexes: ${Math.round(each.find)} bytes a find with its message (kept 30 days), ${Math.round(each.seen)} a listing seen (7 days), ${Math.round(each.check)} a check in a report (14 days). Dead rows and the rest of the tables are not in it.`,
      `0.5 GB hold ${fits} such alerts; with one find an hour each ${alertsThatFit(each, SHIPPED_REGIONS, 1)}.`,
    ],
  }
}

/** What a fleet of a size can be expected to do, before anybody starts one. */
export async function* benchModel(args: string[]): AsyncGenerator<Table> {
  const sizes = args.length > 0 ? args.map(Number) : ALERTS
  yield freshnessTable(sizes)
  yield costTable()
  yield storageTable(sizes, await measureRows())
  yield comparison(sizes)
}
