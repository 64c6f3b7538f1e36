import type { Cell, Table } from '../../tests/support/report/format-table.ts'
import { continuous, fiveMinuteCycle, fullBudget } from '../simulation/contenders.ts'
import { hoursOf, simulate, windowsOf } from '../simulation/simulate.ts'
import { demandOf } from './demand.ts'
import { boundOf, budgetOf, continuousFreshness, cycleFreshness } from './freshness.ts'

const REGIONS = [4, 16, 64]

function rowOf(alerts: number, regions: number): Cell[] {
  const searches = demandOf(alerts)
  const cycle = {
    model: cycleFreshness(searches, regions).meanAgeS,
    run: simulate(fiveMinuteCycle, alerts, 1, regions).meanS,
  }
  const free = {
    model: continuousFreshness(searches, budgetOf(regions)).meanAgeS,
    run: simulate(continuous(fullBudget(regions)), alerts, 1, regions).meanS,
  }
  const window = (hoursOf(alerts).measured * 3_600) / boundOf(alerts, regions)
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
  n: windowsOf(sizes),
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
    'Rounds in the window: how often everything can be asked in what is measured. Below about ten many listings are not told by its end: they count with the age they had then, so it looks fresher than it is.',
  ],
})
