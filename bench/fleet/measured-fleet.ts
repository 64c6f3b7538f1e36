import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Alert } from '#shared/contracts/alert.ts'
import type { RunSummary } from '#shared/contracts/run.ts'
import { startRealPostgres } from '../../tests/support/database/real-postgres.ts'
import { compileScripts, startBenchProcess } from './bench-process.ts'
import type { BenchProcess } from './bench-process.ts'
import type { GatewayQuestion } from './gateway-process.ts'
import { planBench } from './plan-bench.ts'

const GATEWAY = new URL('./gateway-process.ts', import.meta.url)

/** Doors (proxies that take CONNECT) and the certificate behind them: the only one that is trusted. */
export type Upstream = { doors: string[]; caFile: string }

export type MeasuredFleet = AsyncDisposable & {
  main: BenchProcess
  regions: BenchProcess[]
  gateway: BenchProcess
  sandbox: BenchProcess
  upstream: Upstream
  /** What keeps a region's memory small; a process without it pays less CPU for more memory. */
  regionLimits: Record<string, string>
  database: Client
  alerts(): Promise<Alert[]>
  /** One whole cycle; throws unless every alert was checked. */
  runCycle(): Promise<RunSummary>
  /** How often the database was called since the last such question. */
  countCalls(): Promise<number>
}

/** A PostgreSQL of its own (`database`: a superuser's connection) behind the product's gateway, which also counts. */
export async function openMeasuredDatabase(
  opened: AsyncDisposableStack,
  { databaseUrl, databaseKey }: { databaseUrl: string; databaseKey: string },
): Promise<{ gateway: BenchProcess; database: Client }> {
  const postgres = await startRealPostgres()
  opened.defer(() => postgres.stop())
  const database = new Client(postgres.url)
  opened.defer(() => database.end())
  await database.connect()
  const GATEWAY_PORT = new URL(databaseUrl).port
  const env = { DATABASE_URL: postgres.url, GATEWAY_PORT, SERVICE_ROLE_KEY: databaseKey }
  const gateway = opened.use(await startBenchProcess(GATEWAY, env, /^serving/))
  return { gateway, database }
}

/** Calls of main's API with the owner's key; throws what it refuses. */
export const apiOf =
  (url: string, apiKey: string) =>
  async (method: 'GET' | 'POST', path: string): Promise<unknown> => {
    const answer = await fetch(url + path, { method, headers: { 'x-api-key': apiKey } })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

/**
 * The processes of `npm start`, on a PostgreSQL. With `given` the regions ask another upstream than the sandbox, which then is
 * the Telegram only.
 */
export async function openMeasuredFleet(given: Upstream | null): Promise<MeasuredFleet> {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const { plan, certFile } = await planBench(folder)
  if (!plan.sandbox) throw new Error('the plan has no sandbox')
  const doors = plan.regions.map(({ env }) => env['EGRESS_PROXY_URL'] ?? '')
  const { NODE_OPTIONS = '', MALLOC_ARENA_MAX = '', MALLOC_TRIM_THRESHOLD_ = '' } = plan.regions[0]?.env ?? {}
  const regionLimits = { NODE_OPTIONS, MALLOC_ARENA_MAX, MALLOC_TRIM_THRESHOLD_ }
  const upstream = given ?? { doors, caFile: certFile }

  await compileScripts([plan.main.script, plan.sandbox.script, ...plan.regions.slice(0, 1).map(({ script }) => script)])
  const { gateway, database } = await openMeasuredDatabase(opening, plan)
  const start = async (script: string, env: Record<string, string>, ready: RegExp): Promise<BenchProcess> =>
    opening.use(await startBenchProcess(script, env, ready))
  const sandbox = await start(plan.sandbox.script, plan.sandbox.env, /the sandbox is open/)
  const regions = await Promise.all(
    plan.regions.map(({ script, env }, place) => {
      const door = upstream.doors[place % upstream.doors.length] ?? ''
      const way = { EGRESS_PROXY_URL: door, NODE_EXTRA_CA_CERTS: upstream.caFile }
      return start(script, { ...env, ...way }, /workerReady/)
    }),
  )
  const main = await start(plan.main.script, plan.main.env, /mainReady/)
  const api = apiOf(plan.main.url, plan.apiKey)
  const opened = opening.move()
  return {
    main,
    regions,
    gateway,
    sandbox,
    upstream,
    regionLimits,
    database,
    alerts: async () => ((await api('GET', '/api/v1/alerts')) as { alerts: Alert[] }).alerts,
    async runCycle() {
      const summary = (await api('POST', '/api/v1/alerts/run-once')) as RunSummary
      if (summary.status !== 'done') throw new Error(`the cycle was ${summary.status}: ${JSON.stringify(summary)}`)
      return summary
    },
    countCalls: () => gateway.ask<number>({ kind: 'calls' } satisfies GatewayQuestion),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Null without a door. Throws what to do where the certificate behind it is not named or not there. */
export async function readUpstream(door: string | undefined, caFile: string | undefined): Promise<Upstream | null> {
  if (door === undefined) return null
  if (caFile === undefined) throw new Error('--upstream wants NODE_EXTRA_CA_CERTS: the certificate behind that door')
  await access(caFile)
  return { doors: [door], caFile }
}
