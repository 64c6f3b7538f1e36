import { parseArgs } from 'node:util'
import type { Alert } from '#shared/contracts/alert.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import type { Table } from '../tests/support/report/format-table.ts'
import { insertAlerts } from './fleet/bench-alerts.ts'
import { startBenchProcess } from './fleet/bench-process.ts'
import type { BenchProcess } from './fleet/bench-process.ts'
import { openMeasuredFleet, readUpstream } from './fleet/measured-fleet.ts'
import type { MeasuredFleet } from './fleet/measured-fleet.ts'
import type { FloorQuestion } from './throughput/floor-process.ts'
import { measureStretch } from './throughput/measure-stretch.ts'
import type { Contenders } from './throughput/measure-stretch.ts'
import { memoryRow, rowsOf, throughputTables } from './throughput/throughput-tables.ts'
import type { Measured, Rows, Size } from './throughput/throughput-tables.ts'

const FLOOR = new URL('./throughput/floor-process.ts', import.meta.url)
const SIZES: Size[] = [
  { alerts: 44, searches: 44 },
  { alerts: 500, searches: 41 },
  { alerts: 500, searches: 500 },
]
/** V8 still compiles: after twelve seconds a region's checks were a tenth dearer than after twenty. */
const WARM_UP_MS = 20_000
const ROUNDS = 5
const STRETCH_MS = 5_000

/** Whole cycles, one after the other, until the time is over. */
async function runCycles(fleet: MeasuredFleet, searches: number, ms: number) {
  const until = performance.now() + ms
  const done = { alerts: 0, searches: 0 }
  do {
    done.alerts += (await fleet.runCycle()).totals.alerts
    done.searches += searches
  } while (performance.now() < until)
  return done
}

/** One alert of each search, by market: the floor has as many lanes as the fleet has regions. */
function floorSearches(alerts: readonly Alert[]): Alert[][] {
  const bySearch = new Map(alerts.map((alert) => [canonicalSearch(alert).key, alert]))
  const lanes = Map.groupBy(bySearch.values(), ({ market }) => market)
  return [...lanes.values()]
}

async function askFloor(floor: BenchProcess, searches: Alert[][], ms: number) {
  const requests = await floor.ask<number>({ searches, ms } satisfies FloorQuestion)
  return { alerts: requests, searches: requests }
}

async function measureSize(contenders: Contenders, size: Size): Promise<Measured> {
  const { fleet, floor, smallFloor } = contenders
  await fleet.database.query('truncate public.alerts, public.searches, public.alert_runs, public.outbox cascade')
  await insertAlerts(fleet.database, 0, size.alerts, size.searches)
  await fleet.database.query('analyze')
  const searches = floorSearches(await fleet.alerts())
  // The floor first: it trusts the upstream's certificate alone, so a real site is never asked at this pace.
  for (const process of [floor, smallFloor]) await askFloor(process, searches, WARM_UP_MS / 2)
  await fleet.runCycle()
  // The baselines would keep Telegram busy while cycles are measured.
  await fleet.database.query('truncate public.outbox')
  await runCycles(fleet, size.searches, WARM_UP_MS)
  const measured: Measured = { fleet: [], floor: [], smallFloor: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    measured.fleet.push(await measureStretch(contenders, () => runCycles(fleet, size.searches, STRETCH_MS)))
    measured.floor.push(await measureStretch(contenders, () => askFloor(floor, searches, STRETCH_MS)))
    measured.smallFloor.push(await measureStretch(contenders, () => askFloor(smallFloor, searches, STRETCH_MS)))
  }
  return measured
}

/** How much the whole fleet does when nothing slows it down, and what each process pays for it. */
export async function* benchThroughput(args: string[]): AsyncGenerator<Table> {
  const { values } = parseArgs({ args, options: { upstream: { type: 'string' } } })
  const given = await readUpstream(values.upstream, process.env['NODE_EXTRA_CA_CERTS'])
  await using fleet = await openMeasuredFleet(given)
  const env = { DOORS: JSON.stringify(fleet.upstream.doors), CA_FILE: fleet.upstream.caFile }
  await using floor = await startBenchProcess(FLOOR, env, /^ready/)
  await using smallFloor = await startBenchProcess(FLOOR, { ...env, ...fleet.regionLimits }, /^ready/)
  const contenders = { fleet, floor, smallFloor }
  const rows: Rows = { speed: [], cpu: [], memory: [] }
  for (const size of SIZES) {
    const { speed, cpu } = rowsOf(size, await measureSize(contenders, size))
    rows.speed.push(speed)
    rows.cpu.push(cpu)
    rows.memory.push(memoryRow(contenders, size))
  }
  const n = `N=${ROUNDS} rounds of ${STRETCH_MS / 1000} s each, in turn, after ${WARM_UP_MS / 1000} s; medians`
  yield* throughputTables(rows, n, values.upstream ?? 'the sandbox')
}
