import type { Cell, Table } from '../tests/support/report/format-table.ts'
import { continuous, fiveMinuteCycle, fullBudget, original, slowedCycle } from './simulation/contenders.ts'
import type { Contender } from './simulation/contenders.ts'
import { simulate, windowsOf } from './simulation/simulate.ts'
import type { PerFamily } from './simulation/simulate.ts'
import type { Result } from './simulation/tally.ts'

const ALERTS = [44, 200, 1_000, 10_000]
const WORKERS = [4, 16, 64]
/** The planner plans that much more than its budget, which the pace then holds: a made-up budget has no pace. */
const PLANNED_FULLER = 1.05
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
  ]
  // With one alert a search there is nothing to share: the same rows again.
  if (perFamily > 1) {
    rows.push(['continuous + cover, equal requests', run(continuous(equal, true))])
    rows.push(['continuous + cover, full budget', run(continuous(budget, true))])
  }
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
  const rows = sizes.flatMap((alerts) => WORKERS.flatMap((workers) => rowsOf(alerts, perFamily, workers)))
  return { title, n: windowsOf(sizes), columns, rows, notes }
}

const BALANCED = [
  [44, 4],
  [200, 16],
] as const

/** One address waits four times as long after 429s: equal shares against shares by pace. */
function balanceTable(): Table {
  const sizes = BALANCED.map(([alerts]) => alerts)
  return {
    title: 'balance: five-minute cycles while one address is slowed to a quarter',
    n: windowsOf(sizes),
    columns: ['alerts', 'workers', 'shares', 'checks/h', 'mean (s)', 'p95 (s)', '/ equal shares'],
    rows: BALANCED.flatMap(([alerts, workers]) => {
      const equal = simulate(slowedCycle({ slowness: 4, isKnown: false }), alerts, 1, workers)
      const byPace = simulate(slowedCycle({ slowness: 4, isKnown: true }), alerts, 1, workers)
      return [
        [alerts, workers, 'equal', equal.checksPerHour, equal.meanS, equal.p95S, 1],
        [alerts, workers, 'by pace', byPace.checksPerHour, byPace.meanS, byPace.p95S, byPace.meanS / equal.meanS],
      ]
    }),
    notes: ['The continuous schedule needs no shares: whoever is free takes the next search.'],
  }
}

/** How fresh finds are: the real planning code against a made-up market, on a virtual clock. */
export async function* benchSimulation(args: string[]): AsyncGenerator<Table> {
  yield balanceTable()
  const sizes = args.length > 0 ? args.map(Number) : ALERTS
  yield tableOf(sizes, 1, 'simulation: from listing to message, by schedule', [
    'Each alert is a search of its own; what they bring follows Zipf(1), 4.5 finds an hour and search in the mean. The planning code is the real one, the rest a virtual clock: 12-25 s between two requests of an address, half a second for an answer; sending is not in it.',
    'original: the older system, one command a worker every five minutes whose answer counts only within the timeout. cycle: ours, every five minutes. continuous: each search when it is worth it, once with the requests of the cycle, once with what the pace allows.',
    'S/B: how long a round takes when everything is asked equally often with the full budget. A search is asked once a minute at most. What nobody was told of when the window ended counts with the age it had then.',
  ])
  yield tableOf(sizes, 3, 'simulation: three alerts for the same words on average', [
    'One to five alerts for the same words with other prices, no two alike; half of them with a lowest, four of five with a highest price; prices of listings are spread evenly. + cover: they may share a page. The rest as above.',
    'A cover page that shows 80 listings or more since it was asked last tells nobody; its searches are asked one by one then.',
  ])
}
