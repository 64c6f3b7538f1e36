import type { Client } from 'pg'
import type { RunSummary } from '#shared/contracts/run.ts'
import { insertAlerts } from './fleet/bench-alerts.ts'
import { openPostgresFleet } from './fleet/bench-fleet.ts'
import type { BenchFleet } from './fleet/bench-fleet.ts'
import { timeFunctions } from './fleet/function-times.ts'
import type { FunctionTime } from './fleet/function-times.ts'
import { cycleColumns, cycleRow, measureCycles, runFirstCycle } from './fleet/measure-cycles.ts'
import { memoryOf } from './machine/process-usage.ts'
import type { Cell, Table } from '../tests/support/report/format-table.ts'

type PostgresFleet = BenchFleet & { database: Client }

const SHARED_SEARCHES = 41
const SHARED = [41, 200, 1_000, 3_000, 10_000]
const DIFFERENT = [200]
/** Fewer where one cycle takes seconds. */
const timesFor = (alerts: number): number => (alerts <= 200 ? 5 : 3)
const SLOWEST = 8

/** The baselines of ten thousand alerts would keep Telegram busy for minutes. */
const forgetMessages = (database: Client) => database.query('truncate public.outbox')
const forgetAlerts = (database: Client) =>
  database.query('truncate public.alerts, public.searches, public.alert_runs, public.outbox cascade')

/** Alerts that have had their baseline, and nothing to send. Answers the cycle that made the baselines. */
async function fill({ fleet, database }: PostgresFleet, alerts: number, searches: number): Promise<RunSummary> {
  await forgetAlerts(database)
  await insertAlerts(database, 0, alerts, searches)
  await database.query('analyze')
  const first = await runFirstCycle(fleet)
  await forgetMessages(database)
  return first
}

async function measureSize(opened: PostgresFleet, alerts: number, searches: number): Promise<Cell[]> {
  const first = await fill(opened, alerts, searches)
  const { cells } = cycleRow(await measureCycles(opened, first, timesFor(alerts)))
  const { main, workers } = opened.fleet.local()
  return [...cells, memoryOf(main.pid).peakMb, Math.max(...workers.map(({ pid }) => memoryOf(pid).peakMb))]
}

async function profile({ fleet, database }: PostgresFleet, alerts: number): Promise<Cell[][]> {
  const functions = await timeFunctions(database, () => runFirstCycle(fleet))
  const row = ({ name, calls, totalMs }: FunctionTime): Cell[] => [alerts, name, calls, totalMs, totalMs / alerts]
  return functions.slice(0, SLOWEST).map(row)
}

/** Whether ten thousand alerts cost two hundred and fifty times what forty-one do, and where it goes. */
export async function* benchGrowth(args: string[]): AsyncGenerator<Table> {
  await using opened = await openPostgresFleet()
  const columns = [...cycleColumns, 'main peak (MB)', 'region peak (MB)']
  const n = (sizes: readonly number[]): string => `N=${sizes.map(timesFor).join(', ')} cycles`

  const shared: Cell[][] = []
  const profiles: Cell[][] = []
  for (const size of SHARED) {
    shared.push(await measureSize(opened, size, SHARED_SEARCHES))
    if (size === SHARED.at(0) || size === SHARED.at(-1)) profiles.push(...(await profile(opened, size)))
  }
  yield {
    title: `growth: overhead per alert, ${SHARED_SEARCHES} searches shared by all (4 workers, PostgreSQL)`,
    n: n(SHARED),
    columns,
    rows: shared,
    notes: ['Peaks are those since the fleet started, so they only grow from row to row.'],
  }
  yield {
    title: `growth: the database's part of one cycle, ${SHARED_SEARCHES} searches shared by all`,
    n: 'N=1 cycle',
    columns: ['alerts', 'function', 'calls', 'ms', 'ms per alert'],
    rows: profiles,
    notes: ['pg_stat_user_functions, time with what each calls: rows overlap. What runs beside a cycle is in it.'],
  }

  const different: Cell[][] = []
  const sizes = [...DIFFERENT, ...args.map(Number)]
  for (const size of sizes) different.push(await measureSize(opened, size, size))
  yield {
    title: 'growth: overhead per alert, every alert with a search of its own (4 workers, PostgreSQL)',
    n: n(sizes),
    columns,
    rows: different,
  }
}
