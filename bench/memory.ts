import { setTimeout as sleep } from 'node:timers/promises'
import { startTestFleet } from '../tests/support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../tests/support/fleet/start-test-fleet.ts'
import { createAlerts } from './fleet/bench-alerts.ts'
import { memoryOf } from './machine/process-usage.ts'
import type { Table } from '../tests/support/report/format-table.ts'

const ALERTS = 41
const DEFAULT_MINUTES = 10
const TARGET_MB = { main: 160, region: 130 }

type Part = { name: string; pid: number; targetMb: number | null }

function partsOf(fleet: TestFleet): Part[] {
  const { main, workers, database, sandbox } = fleet.local()
  return [
    { name: 'main', pid: main.pid, targetMb: TARGET_MB.main },
    ...workers.map(({ id, pid }) => ({ name: id, pid, targetMb: TARGET_MB.region })),
    { name: 'database', pid: database.pid, targetMb: null },
    { name: 'sandbox', pid: sandbox.pid, targetMb: null },
    { name: 'supervisor', pid: fleet.supervisor.pid ?? 0, targetMb: null },
  ]
}

/** The fleet as `npm start` runs it, but with 41 alerts: a cycle every ten seconds, a new listing a second. */
export async function* benchMemory([minutes = String(DEFAULT_MINUTES)]: string[]): AsyncGenerator<Table> {
  const durationMs = Number(minutes) * 60_000
  if (!(durationMs > 0)) throw new Error(`memory wants minutes (got ${minutes})`)
  await using fleet = await startTestFleet({
    env: { SANDBOX_PUBLISH_PER_MINUTE: '60', ALERT_CHECK_INTERVAL_MS: '10000' },
  })
  const before = new Map(partsOf(fleet).map(({ name, pid }) => [name, memoryOf(pid).nowMb]))
  await createAlerts(fleet, ALERTS, ALERTS)
  await sleep(durationMs)

  const rows = partsOf(fleet).map(({ name, pid, targetMb }) => {
    const { nowMb, ownMb, peakMb } = memoryOf(pid)
    const verdict = targetMb === null ? '' : nowMb <= targetMb ? 'ok' : 'MISSED'
    return [name, before.get(name) ?? '-', nowMb, ownMb, peakMb, targetMb === null ? '-' : `≤ ${targetMb}`, verdict]
  })
  const { runs } = (await fleet.api('GET', '/api/v1/runs?limit=500')).body as { runs: { status: string }[] }
  const done = runs.filter(({ status }) => status === 'done').length
  yield {
    title: `memory: resident after ${minutes} minutes of the sandbox fleet`,
    n: `N=1, ${ALERTS} alerts, ${done} cycles done`,
    columns: ['process', 'at ready (MB)', 'now (MB)', 'of that its own', 'peak (MB)', 'target', ''],
    rows,
    notes: [
      'VmRSS, RssAnon and VmHWM of /proc/<pid>/status. The rest of VmRSS is files, mostly the node binary, shared by all.',
    ],
  }
}
