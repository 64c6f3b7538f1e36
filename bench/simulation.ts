import type { Cell, Table } from '../tests/support/report/format-table.ts'
import { continuous, fiveMinuteCycle, fullBudget, original } from './simulation/contenders.ts'
import type { Contender } from './simulation/contenders.ts'
import { planningTable } from './simulation/planning.ts'
import { createMarket } from './simulation/market.ts'
import { createTally } from './simulation/tally.ts'
import type { Result } from './simulation/tally.ts'

const SEED = 20_261_122
const HOUR_MS = 3_600_000
const ALERTS = [44, 200, 1_000, 10_000]
const WORKERS = [4, 16, 64]
/** The planner plans that much more than its budget, which the pace then holds: a made-up budget has no pace. */
const PLANNED_FULLER = 1.05
/** Rates are learned in a night; larger fleets find enough in less. */
function hoursOf(alerts: number): { warmUp: number; measured: number } {
  if (alerts > 1_000) return { warmUp: 12, measured: 12 }
  return alerts > 200 ? { warmUp: 24, measured: 24 } : { warmUp: 24, measured: 72 }
}

type PerFamily = 1 | 3

function simulate(contender: Contender, alerts: number, perFamily: PerFamily, workers: number): Result {
  const { warmUp, measured } = hoursOf(alerts)
  const until = (warmUp + measured) * HOUR_MS
  const tally = createTally(warmUp * HOUR_MS, until, workers)
  contender({ market: createMarket(alerts, perFamily, SEED), tally, workers, until })
  return tally.result()
}

function rowsOf(alerts: number, perFamily: PerFamily, workers: number): Cell[][] {
  const run = (contender: Contender): Result => simulate(contender, alerts, perFamily, workers)
  const cycle = run(fiveMinuteCycle)
  const budget = fullBudget(workers)
  const equal = cycle.requestsPerHour / PLANNED_FULLER
  const rows: [string, Result][] = [
    ['original, 30 s', run(original(30_000))],
    ['original, 300 s', run(original(300_000))],
    ['cycle', cycle],
    ['continuous, equal requests', run(continuous(equal))],
    ['continuous, full budget', run(continuous(budget))],
    ['continuous + cover, equal requests', run(continuous(equal, true))],
    ['continuous + cover, full budget', run(continuous(budget, true))],
  ]
  const boundS = (alerts / budget) * 3_600
  return rows.map(([name, result]) => [
    alerts,
    workers,
    name,
    result.checksPerHour,
    result.requestsPerHour,
    result.requestsPerFind,
    result.meanS,
    result.p50S,
    result.p95S,
    result.meanS / cycle.meanS,
    result.worstEgressPerHour,
    boundS,
  ])
}

const columns = [
  'alerts',
  'workers',
  'schedule',
  'checks/h',
  'requests/h',
  'per find',
  'mean (s)',
  'p50 (s)',
  'p95 (s)',
  '/ cycle',
  'worst egress/h',
  'S/B (s)',
]

function tableOf(sizes: readonly number[], perFamily: PerFamily, title: string, notes: string[]): Table {
  const hours = sizes.map(
    (alerts) => `${alerts} alerts: ${hoursOf(alerts).measured} h after ${hoursOf(alerts).warmUp} h`,
  )
  const rows = sizes.flatMap((alerts) => WORKERS.flatMap((workers) => rowsOf(alerts, perFamily, workers)))
  return { title, n: `seed ${SEED}, ${hours.join(', ')}`, columns, rows, notes }
}

/** How fresh finds are: the real planning code against a made-up market, on a virtual clock. */
export async function* benchSimulation(args: string[]): AsyncGenerator<Table> {
  yield planningTable()
  const sizes = args.length > 0 ? args.map(Number) : ALERTS
  yield tableOf(sizes, 1, 'simulation: from listing to message, by schedule', [
    'Each alert is a search of its own; what they bring follows Zipf(1), 4.5 finds an hour and search in the mean. The planning code is the real one, the rest a virtual clock: 12-25 s between two requests of an address, half a second for an answer; sending is not in it.',
    'original: the older system, one command a worker every five minutes whose answer counts only within the timeout. cycle: ours, every five minutes. continuous: each search when it is worth it, once with the requests of the cycle, once with what the pace allows. + cover: searches that differ in their prices only may share a page.',
    'S/B: how long a round takes when everything is asked equally often with the full budget. A search is asked once a minute at most.',
  ])
  yield tableOf(sizes, 3, 'simulation: three alerts for the same words on average', [
    'One to five alerts for the same words with other prices, no two alike; half of them with a lowest, four of five with a highest price; prices of listings are spread evenly. The rest as above.',
    'A cover page that shows 80 listings or more since it was asked last tells nobody; its searches are asked one by one then.',
  ])
}
