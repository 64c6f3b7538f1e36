import type { Cell, Table } from '../../tests/support/report/format-table.ts'
import { continuous, fiveMinuteCycle, fullBudget } from '../simulation/contenders.ts'
import type { Contender } from '../simulation/contenders.ts'
import { createMarket } from '../simulation/market.ts'
import { createTally } from '../simulation/tally.ts'
import { demandOf } from './demand.ts'
import { boundOf, budgetOf, continuousFreshness, cycleFreshness } from './freshness.ts'

const HOUR_MS = 3_600_000
const SEED = 20_261_122
const REGIONS = [4, 16, 64]
/** As the simulation has it: a night to learn, then what is measured. */
const hoursOf = (alerts: number): number => (alerts > 1_000 ? 12 : 24)

function simulatedAgeS(contender: Contender, alerts: number, workers: number): number {
  const from = hoursOf(alerts) * HOUR_MS
  const tally = createTally(from, from * 2, workers)
  contender({ market: createMarket(alerts, SEED), tally, workers, until: from * 2 })
  return tally.result().meanS
}

function rowOf(alerts: number, regions: number): Cell[] {
  const searches = demandOf(alerts)
  const cycle = {
    model: cycleFreshness(searches, regions).meanAgeS,
    run: simulatedAgeS(fiveMinuteCycle, alerts, regions),
  }
  const free = {
    model: continuousFreshness(searches, budgetOf(regions)).meanAgeS,
    run: simulatedAgeS(continuous(fullBudget(regions)), alerts, regions),
  }
  const window = (hoursOf(alerts) * 3_600) / boundOf(alerts, regions)
  return [
    alerts,
    regions,
    cycle.model,
    cycle.run,
    cycle.run / cycle.model,
    free.model,
    free.run,
    free.run / free.model,
    window,
  ]
}

/** The same sizes by arithmetic and by playing the day through. */
export const comparison = (sizes: readonly number[]): Table => ({
  title: 'model: against the simulation',
  n: `seed ${SEED}, ${sizes.map((alerts) => `${alerts} alerts: ${hoursOf(alerts)} h after ${hoursOf(alerts)} h`).join(', ')}`,
  columns: [
    'alerts',
    'regions',
    'cycle, model (s)',
    'simulated (s)',
    'ratio',
    'continuous, model (s)',
    'simulated (s)',
    'ratio',
    'rounds in the window',
  ],
  rows: sizes.flatMap((alerts) => REGIONS.map((regions) => rowOf(alerts, regions))),
  notes: [
    'Rounds in the window: how often everything can be asked in what is measured. Below about ten the simulation ends before the slow searches have been asked: it counts only what was told, so it looks fresher than it is.',
  ],
})
