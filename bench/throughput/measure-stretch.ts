import { cpuMsBelow, cpuMsOf } from '../machine/process-usage.ts'
import type { BenchProcess } from '../fleet/bench-process.ts'
import type { MeasuredFleet } from '../fleet/measured-fleet.ts'

export const NODES = ['main', 'regions', 'gateway', 'postgres', 'sandbox', 'floor', 'smallFloor'] as const

export type Cpu = Record<(typeof NODES)[number], number>
/** What was done meanwhile, and what it cost in all; a request of the floor counts as an alert of one search. */
export type Stretch = { seconds: number; alerts: number; searches: number; cpu: Cpu; calls: number }
/** `smallFloor` lives within the memory limits of a region. */
export type Contenders = { fleet: MeasuredFleet; floor: BenchProcess; smallFloor: BenchProcess }

const readCpu = ({ fleet, floor, smallFloor }: Contenders): Cpu => ({
  main: cpuMsOf(fleet.main.pid),
  regions: fleet.regions.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0),
  gateway: cpuMsOf(fleet.gateway.pid),
  postgres: cpuMsBelow(process.pid, 'postgres'),
  sandbox: cpuMsOf(fleet.sandbox.pid),
  floor: cpuMsOf(floor.pid),
  smallFloor: cpuMsOf(smallFloor.pid),
})

/** What `work` took, and what each process paid for it. */
export async function measureStretch(
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
