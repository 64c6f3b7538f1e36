import { parseArgs } from 'node:util'
import type { Alert } from '#shared/contracts/alert.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import type { Cell, Table } from '../tests/support/report/format-table.ts'
import { insertAlerts } from './fleet/bench-alerts.ts'
import { startBenchProcess } from './fleet/bench-process.ts'
import type { BenchProcess } from './fleet/bench-process.ts'
import { openMeasuredFleet, readUpstream } from './fleet/measured-fleet.ts'
import type { MeasuredFleet } from './fleet/measured-fleet.ts'
import { cpuMsBelow, cpuMsOf, memoryOf, pssMbBelow } from './machine/process-usage.ts'
import { median } from './report/quantile.ts'
import type { FloorQuestion } from './throughput/floor-process.ts'

const FLOOR = new URL('./throughput/floor-process.ts', import.meta.url)
const SIZES = [
  { alerts: 44, searches: 44 },
  { alerts: 500, searches: 41 },
  { alerts: 500, searches: 500 },
]
/** Until then V8 still compiles: the second ten seconds of a region cost a fifth less than the first. */
const WARM_UP_MS = 12_000
const ROUNDS = 5
const STRETCH_MS = 5_000
const TARGET = { floors: 2.5, regionMb: 130 }
const NODES = ['main', 'regions', 'gateway', 'postgres', 'sandbox', 'floor'] as const

type Cpu = Record<(typeof NODES)[number], number>
/** What one stretch cost by `count` (alerts, searches or requests of the floor). */
type Stretch = { seconds: number; alerts: number; searches: number; cpu: Cpu; calls: number }
type Contenders = { fleet: MeasuredFleet; floor: BenchProcess }

const readCpu = ({ fleet, floor }: Contenders): Cpu => ({
  main: cpuMsOf(fleet.main.pid),
  regions: fleet.regions.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0),
  gateway: cpuMsOf(fleet.gateway.pid),
  postgres: cpuMsBelow(process.pid, 'postgres'),
  sandbox: cpuMsOf(fleet.sandbox.pid),
  floor: cpuMsOf(floor.pid),
})

async function measure(
  contenders: Contenders,
  work: () => Promise<{ alerts: number; searches: number }>,
): Promise<Stretch> {
  await contenders.fleet.countCalls()
  const before = readCpu(contenders)
  const startedAt = performance.now()
  const done = await work()
  const seconds = (performance.now() - startedAt) / 1000
  const after = readCpu(contenders)
  const calls = await contenders.fleet.countCalls()
  const cpu = Object.fromEntries(NODES.map((node) => [node, after[node] - before[node]])) as Cpu
  return { ...done, seconds, cpu, calls }
}

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

type Measured = { fleet: Stretch[]; floor: Stretch[] }

async function measureSize(contenders: Contenders, size: (typeof SIZES)[number]): Promise<Measured> {
  const { fleet, floor } = contenders
  await fleet.database.query('truncate public.alerts, public.searches, public.alert_runs, public.outbox cascade')
  await insertAlerts(fleet.database, 0, size.alerts, size.searches)
  await fleet.database.query('analyze')
  const searches = floorSearches(await fleet.alerts())
  // The floor first: it trusts the upstream's certificate alone, so a real site is never asked at this pace.
  await askFloor(floor, searches, WARM_UP_MS / 2)
  await fleet.runCycle()
  // The baselines would keep Telegram busy while cycles are measured.
  await fleet.database.query('truncate public.outbox')
  await runCycles(fleet, size.searches, WARM_UP_MS)
  const measured: Measured = { fleet: [], floor: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    measured.fleet.push(await measure(contenders, () => runCycles(fleet, size.searches, STRETCH_MS)))
    measured.floor.push(await measure(contenders, () => askFloor(floor, searches, STRETCH_MS)))
  }
  return measured
}

const over = (stretches: Stretch[], read: (stretch: Stretch) => number): number => median(stretches.map(read))

function rowsOf({ alerts, searches }: (typeof SIZES)[number], { fleet, floor }: Measured) {
  const floorMs = over(floor, ({ cpu, searches }) => cpu.floor / searches)
  const perAlert = (node: keyof Cpu): number => over(fleet, (stretch) => stretch.cpu[node] / stretch.alerts)
  const perSearch = over(fleet, ({ cpu, searches }) => cpu.regions / searches)
  const ratio = perAlert('regions') / floorMs
  const speed: Cell[] = [
    alerts,
    searches,
    over(fleet, (stretch) => stretch.alerts / stretch.seconds),
    over(fleet, (stretch) => stretch.searches / stretch.seconds),
    over(floor, (stretch) => stretch.searches / stretch.seconds),
    over(fleet, (stretch) => stretch.calls / stretch.alerts),
  ]
  const cpu: Cell[] = [
    alerts,
    searches,
    ...NODES.slice(0, 5).map((node) => perAlert(node)),
    floorMs,
    perSearch / floorMs,
    ratio,
    ratio <= TARGET.floors ? 'ok' : 'MISSED',
  ]
  return { speed, cpu }
}

function memoryRow({ fleet, floor }: Contenders, { alerts, searches }: (typeof SIZES)[number]): Cell[] {
  const regions = fleet.regions.map(({ pid }) => memoryOf(pid))
  const largest = Math.max(...regions.map(({ nowMb }) => nowMb))
  return [
    alerts,
    searches,
    memoryOf(fleet.main.pid).nowMb,
    largest,
    Math.max(...regions.map(({ peakMb }) => peakMb)),
    memoryOf(fleet.gateway.pid).nowMb,
    pssMbBelow(process.pid, 'postgres'),
    memoryOf(fleet.sandbox.pid).nowMb,
    memoryOf(floor.pid).nowMb,
    largest <= TARGET.regionMb ? 'ok' : 'MISSED',
  ]
}

const OWN_UPSTREAM = [
  'The upstream alone, for another crawler: `SANDBOX_CERTIFICATE_DIR=.vigie/bench SANDBOX_DOORS=\'[{"egress":"bench","port":8096}]\' SANDBOX_PUBLISH_PER_MINUTE=0 npm exec -- node local/sandbox/main.ts`, then `HTTPS_PROXY=http://127.0.0.1:8096` and `.vigie/bench/sandbox-cert.pem` as the trusted certificate.',
  'This bench against such an upstream: `NODE_EXTRA_CA_CERTS=.vigie/bench/sandbox-cert.pem npm run bench -- throughput --upstream http://127.0.0.1:8096`.',
]

/** How much the whole fleet does when nothing slows it down, and what each process pays for it. */
export async function* benchThroughput(args: string[]): AsyncGenerator<Table> {
  const { values } = parseArgs({ args, options: { upstream: { type: 'string' } } })
  const given = await readUpstream(values.upstream, process.env['NODE_EXTRA_CA_CERTS'])
  await using fleet = await openMeasuredFleet(given)
  const { doors, caFile } = fleet.upstream
  await using floor = await startBenchProcess(FLOOR, { DOORS: JSON.stringify(doors), CA_FILE: caFile }, /^ready/)
  const speed: Cell[][] = []
  const cpu: Cell[][] = []
  const memory: Cell[][] = []
  for (const size of SIZES) {
    const rows = rowsOf(size, await measureSize({ fleet, floor }, size))
    speed.push(rows.speed)
    cpu.push(rows.cpu)
    memory.push(memoryRow({ fleet, floor }, size))
  }
  const n = `N=${ROUNDS} rounds of ${STRETCH_MS / 1000} s each, in turn, after ${WARM_UP_MS / 1000} s; medians`
  const upstream = values.upstream ?? 'the sandbox'
  yield {
    title: `throughput: what the fleet does without a pace (4 regions, PostgreSQL, upstream: ${upstream})`,
    n,
    columns: ['alerts', 'searches', 'alerts/s', 'searches/s', 'floor: requests/s', 'rpc calls per alert'],
    rows: speed,
    notes: [
      'floor (baseline): a process with undici alone, which asks the same searches through the same doors, as many side by side, unpacks and parses.',
      ...OWN_UPSTREAM,
    ],
  }
  yield {
    title: 'throughput: CPU by alert (ms)',
    n,
    columns: [
      'alerts',
      'searches',
      'main',
      'regions',
      'gateway',
      'postgres',
      'sandbox',
      'floor, by request',
      'region by search / floor',
      'region by alert / floor',
      `target ≤ ${TARGET.floors}`,
    ],
    rows: cpu,
    notes: ['User and system time of /proc, idle work of the same seconds included.'],
  }
  yield {
    title: 'throughput: resident memory (MB)',
    n: 'N=1, after the rounds',
    columns: [
      'alerts',
      'searches',
      'main',
      'largest region',
      'its peak',
      'gateway',
      'postgres (PSS)',
      'sandbox',
      'floor',
      `region ≤ ${TARGET.regionMb}`,
    ],
    rows: memory,
  }
}
