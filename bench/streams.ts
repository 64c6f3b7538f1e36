import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunSummary } from '#shared/contracts/run.ts'
import type { WorkerAddress } from '#shared/env.ts'
import { eventually } from '../tests/support/fleet/eventually.ts'
import type { Cell, Table } from '../tests/support/report/format-table.ts'
import { insertAlerts } from './fleet/bench-alerts.ts'
import { compileScripts, startBenchProcess } from './fleet/bench-process.ts'
import type { BenchProcess } from './fleet/bench-process.ts'
import { apiOf, openMeasuredDatabase } from './fleet/measured-fleet.ts'
import { planBench } from './fleet/plan-bench.ts'
import { cpuMsOf, memoryOf } from './machine/process-usage.ts'
import { median, quantile } from './report/quantile.ts'
import type { StreamReport } from './streams/stand-in-process.ts'

const STAND_IN = new URL('./streams/stand-in-process.ts', import.meta.url)
const SIZES = [4, 400]
const PROCESSES = 2
/** The first at once, the others at the site's pace: no stream ends within 24 s. */
const ALERTS_EACH = 3
const SETTLE_MS = 5_000
const STEADY_MS = 15_000
const LOOK_EVERY_MS = 50

type Look = { healthMs: number[]; cpuShare: number; residentMb: number }

/** What others feel of main while it is as it is: its answers to the simplest question, its CPU, its memory. */
async function look(main: BenchProcess, url: string): Promise<Look> {
  const healthMs: number[] = []
  const cpu = cpuMsOf(main.pid)
  const startedAt = performance.now()
  while (performance.now() < startedAt + STEADY_MS) {
    const askedAt = performance.now()
    await (await fetch(`${url}/api/health`)).text()
    healthMs.push(performance.now() - askedAt)
    await sleep(LOOK_EVERY_MS)
  }
  const cpuShare = (cpuMsOf(main.pid) - cpu) / (performance.now() - startedAt)
  return { healthMs, cpuShare, residentMb: memoryOf(main.pid).nowMb }
}

/** When main said that a worker's stream was read to its end and counted. */
function hearEnds(main: BenchProcess): Map<string, number> {
  const countedAt = new Map<string, number>()
  main.onLine((line) => {
    if (!line.includes('"event":"workerMatches"')) return
    const { id, time } = JSON.parse(line) as { id: string; time: string }
    countedAt.set(id, Date.parse(time))
  })
  return countedAt
}

async function measureStreams(streams: number) {
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const { plan } = await planBench(folder)
  await compileScripts([plan.main.script])
  const { database } = await openMeasuredDatabase(opened, plan)
  const regions: BenchProcess[] = []
  for (let place = 0; place < PROCESSES; place += 1) {
    const share = { COUNT: String(streams / PROCESSES), FIRST: String((place * streams) / PROCESSES) }
    const env = { ...share, SUPABASE_URL: plan.databaseUrl, SERVICE_ROLE_KEY: plan.databaseKey }
    regions.push(opened.use(await startBenchProcess(STAND_IN, env, /^ready/)))
  }
  const workers = await Promise.all(regions.map((region) => region.ask<WorkerAddress[]>({ kind: 'workers' })))
  // The product's own interval: `npm start` looks six times as often. No bot: there is no Telegram here.
  const env = { ...plan.main.env, WORKERS: JSON.stringify(workers.flat()), HEALTH_CHECK_INTERVAL_MS: '60000' }
  const main = opened.use(await startBenchProcess(plan.main.script, { ...env, TELEGRAM_BOT_TOKEN: '' }, /mainReady/))
  const api = apiOf(plan.main.url, plan.apiKey)
  await insertAlerts(database, 0, streams * ALERTS_EACH, streams * ALERTS_EACH)
  await database.query('analyze')
  const countedAt = hearEnds(main)
  const reports = () => Promise.all(regions.map((region) => region.ask<StreamReport>({ kind: 'report' })))

  await sleep(SETTLE_MS)
  const idle = await look(main, plan.main.url)
  const cpu = cpuMsOf(main.pid)
  const startedAt = performance.now()
  const cycle = api('POST', '/api/v1/alerts/run-once') as Promise<RunSummary>
  await eventually(async () => {
    const open = (await reports()).reduce((sum, report) => sum + report.open, 0)
    if (open < streams) throw new Error(`${open} of ${streams} streams are open`)
  }, 60_000)
  const opening = { ms: performance.now() - startedAt, cpuMs: cpuMsOf(main.pid) - cpu }
  await sleep(SETTLE_MS / 5)
  const busy = await look(main, plan.main.url)
  const { status, totals } = await cycle
  if (status !== 'done') throw new Error(`the cycle was ${status}: ${JSON.stringify(totals)}`)
  const told = await reports()
  const doneAt = new Map(told.flatMap((report) => Object.entries(report.doneAt)))
  const countedMs = [...doneAt].map(([id, at]) => (countedAt.get(id) ?? Number.NaN) - at)
  const lines = told.reduce((sum, report) => sum + report.lines, 0)
  return { streams, idle, busy, opening, countedMs, lines, peakMb: memoryOf(main.pid).peakMb }
}

/** One cycle over as many regions: main holds a stream of each. */
export async function* benchStreams(): AsyncGenerator<Table> {
  const rows: Cell[][] = []
  const waits: Cell[][] = []
  for (const size of SIZES) {
    const { streams, idle, busy, opening, countedMs, lines, peakMb } = await measureStreams(size)
    for (const [state, seen] of [
      ['none', idle],
      ['all', busy],
    ] as const) {
      const { healthMs, cpuShare, residentMb } = seen
      const health = [median(healthMs), quantile(healthMs, 0.95), Math.max(...healthMs)]
      rows.push([streams, state, residentMb, cpuShare * 100, ...health])
    }
    waits.push([
      streams,
      lines,
      opening.ms / 1000,
      opening.cpuMs / streams,
      median(countedMs),
      quantile(countedMs, 0.95),
      Math.max(...countedMs),
      peakMb,
    ])
  }
  yield {
    title: 'streams: main with as many regions, one cycle (PostgreSQL)',
    n: `N=1, each state for ${STEADY_MS / 1000} s`,
    columns: ['regions', 'streams open', 'resident (MB)', 'CPU (% of a core)', 'health p50 (ms)', 'p95', 'worst'],
    rows,
    notes: [
      'The regions are stand-ins in two processes: real HTTP, contract, pace (12-25 s) and records, no site. A heartbeat every 5 s.',
      'health: GET /api/health by another process; while the event loop is busy it waits.',
    ],
  }
  yield {
    title: 'streams: from the start of the cycle to the last line',
    n: `N=1, ${ALERTS_EACH} searches for each region`,
    columns: [
      'regions',
      'lines',
      'until all are open (s)',
      'CPU of main by stream (ms)',
      'last line → counted p50 (ms)',
      'p95',
      'worst',
      'main peak (MB)',
    ],
    rows: waits,
    notes: [
      'counted: main says that the stream is read to its end; one call of the database (count_command) lies between. Clocks of one machine, in ms.',
    ],
  }
}
