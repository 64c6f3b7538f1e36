import type { RunSummary } from '#shared/contracts/run.ts'
import type { TestFleet } from '../../tests/support/fleet/start-test-fleet.ts'
import { cpuMsBelow, cpuMsOf } from '../machine/process-usage.ts'
import { median, quantile } from '../report/quantile.ts'
import type { Cell } from '../../tests/support/report/format-table.ts'
import { askedSearches } from './bare-site.ts'
import type { BareSite } from './bare-site.ts'

const parts = ['main', 'regions', 'gateway', 'postgres', 'sandbox'] as const
type Cpu = Record<(typeof parts)[number], number>

export type MeasuredCycles = {
  alerts: number
  searches: number
  /** Wall time of whole cycles, and of the same requests without Vigie. */
  cyclesMs: number[]
  siteMs: number[]
  /** Of all cycles together. */
  cpuMs: Cpu
}

/** PGlite computes inside the gateway; a real PostgreSQL is ours, so its processes are below this one. */
function readCpu(fleet: TestFleet): Cpu {
  const { main, workers, database, sandbox } = fleet.local()
  return {
    main: cpuMsOf(main.pid),
    regions: workers.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0),
    gateway: cpuMsOf(database.pid),
    postgres: cpuMsBelow(process.pid, 'postgres'),
    sandbox: cpuMsOf(sandbox.pid),
  }
}

/** Throws unless every alert was checked: a cycle that gave up early is no fast one. */
async function runWholeCycle(fleet: TestFleet): Promise<RunSummary> {
  const summary = (await fleet.runOnce()) as RunSummary
  if (summary.status !== 'done') throw new Error(`the cycle was ${summary.status}: ${JSON.stringify(summary)}`)
  return summary
}

/** The first cycle over new alerts: it makes the sessions and the baselines, and is not measured. */
export const runFirstCycle = runWholeCycle

/** Cycles of a fleet at rest, in turn with what the first cycle asked, without Vigie. */
export async function measureCycles(
  { fleet, site }: { fleet: TestFleet; site: BareSite },
  first: RunSummary,
  times: number,
): Promise<MeasuredCycles> {
  const searches = await askedSearches(fleet, first.runId)
  await site.ask(searches)
  const cpuMs: Cpu = { main: 0, regions: 0, gateway: 0, postgres: 0, sandbox: 0 }
  const cyclesMs: number[] = []
  const siteMs: number[] = []
  for (let time = 0; time < times; time += 1) {
    const before = readCpu(fleet)
    const startedAt = performance.now()
    await runWholeCycle(fleet)
    cyclesMs.push(performance.now() - startedAt)
    const after = readCpu(fleet)
    for (const part of parts) cpuMs[part] += after[part] - before[part]
    siteMs.push(await site.ask(searches))
  }
  const count = [...searches.values()].reduce((sum, alerts) => sum + alerts.length, 0)
  return { alerts: first.totals.alerts, searches: count, cyclesMs, siteMs, cpuMs }
}

export const cycleColumns = [
  'alerts',
  'searches',
  'cycle p50 (ms)',
  'bare site p50 (ms)',
  'ms per alert p50',
  'p95',
  ...parts.map((part) => `CPU ${part}`),
]

/** Overhead: what a cycle takes beyond the same requests without Vigie, by alert. CPU in ms per alert. */
export function cycleRow({ alerts, searches, cyclesMs, siteMs, cpuMs }: MeasuredCycles): {
  overheadMs: number
  cells: Cell[]
} {
  const site = median(siteMs)
  const overhead = (share: number): number => (quantile(cyclesMs, share) - site) / alerts
  const perAlert = parts.map((part) => cpuMs[part] / cyclesMs.length / alerts)
  return {
    overheadMs: overhead(0.5),
    cells: [alerts, searches, median(cyclesMs), site, overhead(0.5), overhead(0.95), ...perAlert],
  }
}
