import { createAlerts, insertAlerts } from './fleet/bench-alerts.ts'
import { openEmbeddedFleet, openPostgresFleet, untilAllSent } from './fleet/bench-fleet.ts'
import type { BenchFleet } from './fleet/bench-fleet.ts'
import { cycleColumns, cycleRow, measureCycles, runFirstCycle } from './fleet/measure-cycles.ts'
import type { MeasuredCycles } from './fleet/measure-cycles.ts'
import type { Cell, Table } from '../tests/support/report/format-table.ts'

const ALERTS = 41
const TIMES = 10
const TARGET_MS = 10

async function measureAtRest(opened: BenchFleet): Promise<MeasuredCycles> {
  const first = await runFirstCycle(opened.fleet)
  await untilAllSent(opened.fleet)
  return measureCycles(opened, first, TIMES)
}

async function measureEmbedded(workers: string): Promise<MeasuredCycles> {
  await using opened = await openEmbeddedFleet(workers)
  await createAlerts(opened.fleet, ALERTS, ALERTS)
  return await measureAtRest(opened)
}

async function measurePostgres(): Promise<MeasuredCycles> {
  await using opened = await openPostgresFleet()
  await insertAlerts(opened.database, 0, ALERTS, ALERTS)
  return await measureAtRest(opened)
}

/** Real processes, no pace, a site that answers at once: what is left beyond the site is ours. */
export async function* benchCycle(): AsyncGenerator<Table> {
  const fleets: [name: string, measured: MeasuredCycles][] = [
    ['4 workers, PGlite', await measureEmbedded('fr,us,nl,uk')],
    ['1 worker, PGlite', await measureEmbedded('fr')],
    ['4 workers, PostgreSQL', await measurePostgres()],
  ]
  yield {
    title: `cycle: overhead per alert, ${ALERTS} alerts of ${ALERTS} searches`,
    n: `N=${TIMES} cycles each`,
    columns: ['fleet', ...cycleColumns, `target ≤ ${TARGET_MS}`],
    rows: fleets.map(([name, measured]) => {
      const { overheadMs, cells } = cycleRow(measured)
      const row: Cell[] = [name]
      return row.concat(cells, overheadMs <= TARGET_MS ? 'ok' : 'MISSED')
    }),
    notes: [
      'bare site: the same requests by undici alone, through the same doors, in turn with the cycles (baseline).',
      'ms per alert: (cycle - bare site) / alerts. CPU: ms per alert, all cores; with PGlite the gateway is the database.',
    ],
  }
}
