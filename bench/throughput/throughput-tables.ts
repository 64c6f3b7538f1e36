import type { Cell, Table } from '../../tests/support/report/format-table.ts'
import { memoryOf, pssMbBelow } from '../machine/process-usage.ts'
import { median } from '../report/quantile.ts'
import { NODES } from './measure-stretch.ts'
import type { Contenders, Cpu, Stretch } from './measure-stretch.ts'

const TARGET = { floors: 2.5, regionMb: 130 }

export type Size = { alerts: number; searches: number }
export type Measured = Record<'fleet' | 'floor' | 'smallFloor', Stretch[]>
export type Rows = { speed: Cell[][]; cpu: Cell[][]; memory: Cell[][] }

const over = (stretches: Stretch[], read: (stretch: Stretch) => number): number => median(stretches.map(read))

export function rowsOf({ alerts, searches }: Size, { fleet, floor, smallFloor }: Measured) {
  const floorMs = over(floor, ({ cpu, searches }) => cpu.floor / searches)
  const smallFloorMs = over(smallFloor, ({ cpu, searches }) => cpu.smallFloor / searches)
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
    smallFloorMs,
    perSearch / floorMs,
    perSearch / smallFloorMs,
    ratio,
    ratio <= TARGET.floors ? 'ok' : 'MISSED',
  ]
  return { speed, cpu }
}

export function memoryRow({ fleet, floor, smallFloor }: Contenders, { alerts, searches }: Size): Cell[] {
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
    memoryOf(smallFloor.pid).nowMb,
    largest <= TARGET.regionMb ? 'ok' : 'MISSED',
  ]
}

const OWN_UPSTREAM = [
  'The upstream alone, for another crawler: `SANDBOX_CERTIFICATE_DIR=.vigie/bench SANDBOX_DOORS=\'[{"egress":"bench","port":8096}]\' SANDBOX_PUBLISH_PER_MINUTE=0 npm exec -- node local/sandbox/main.ts`, then `HTTPS_PROXY=http://127.0.0.1:8096` and `.vigie/bench/sandbox-cert.pem` as the trusted certificate.',
  'This bench against such an upstream: `NODE_EXTRA_CA_CERTS=.vigie/bench/sandbox-cert.pem npm run bench -- throughput --upstream http://127.0.0.1:8096`.',
]

/** `n` says how it was measured. */
export function throughputTables({ speed, cpu, memory }: Rows, n: string, upstream: string): Table[] {
  return [
    {
      title: `throughput: what the fleet does without a pace (4 regions, PostgreSQL, upstream: ${upstream})`,
      n,
      columns: ['alerts', 'searches', 'alerts/s', 'searches/s', 'floor: requests/s', 'rpc calls per alert'],
      rows: speed,
      notes: [
        'floor (baseline): a process with undici alone, which asks the same searches through the same doors, as many side by side, unpacks and parses.',
        ...OWN_UPSTREAM,
      ],
    },
    {
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
        'small floor',
        'region by search / floor',
        'region by search / small floor',
        'region by alert / floor',
        `target ≤ ${TARGET.floors}`,
      ],
      rows: cpu,
      notes: [
        'User and system time of /proc, idle work of the same seconds included. regions: all four together.',
        'small floor: the same process within the memory limits of a region (`NODE_OPTIONS` of local/plan-fleet.ts); it collects more often.',
      ],
    },
    {
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
        'small floor',
        `region ≤ ${TARGET.regionMb}`,
      ],
      rows: memory,
    },
  ]
}
