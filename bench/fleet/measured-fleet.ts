import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Alert } from '#shared/contracts/alert.ts'
import type { RunSummary } from '#shared/contracts/run.ts'
import { readOptions } from '../../local/options.ts'
import { planFleet } from '../../local/plan-fleet.ts'
import { ensureCertificate } from '../../local/sandbox/certificate.ts'
import { startRealPostgres } from '../../tests/support/database/real-postgres.ts'
import { freePorts } from '../../tests/support/fleet/free-ports.ts'
import { startBenchProcess } from './bench-process.ts'
import type { BenchProcess } from './bench-process.ts'
import type { GatewayQuestion } from './gateway-process.ts'

const GATEWAY = new URL('./gateway-process.ts', import.meta.url)

/** No pace, no clock, nothing published: what is left is the upstream's time and ours. */
const AT_REST = {
  REQUEST_DELAY_MIN_MS: '0',
  REQUEST_DELAY_MAX_MS: '0',
  ALERT_CHECK_INTERVAL_MS: 'off',
  SANDBOX_PUBLISH_PER_MINUTE: '0',
  METRICS_PORT: '0',
}

/** A door (a proxy that takes CONNECT) and the certificate behind it: the only one that is trusted. */
export type Upstream = { doors: string[]; caFile: string }

export type MeasuredFleet = AsyncDisposable & {
  main: BenchProcess
  regions: BenchProcess[]
  gateway: BenchProcess
  sandbox: BenchProcess
  upstream: Upstream
  database: Client
  alerts(): Promise<Alert[]>
  /** One whole cycle; throws unless every alert was checked. */
  runCycle(): Promise<RunSummary>
  /** Calls of the database since the last such question, by function. */
  readCalls(): Promise<Record<string, number>>
}

/** PostgreSQL of its own, with the product's gateway, which also counts. */
export async function openMeasuredDatabase(
  opened: AsyncDisposableStack,
  { key, port = 0 }: { key: string; port?: number },
): Promise<{ gateway: BenchProcess; database: Client }> {
  const postgres = await startRealPostgres()
  opened.defer(() => postgres.stop())
  const database = new Client(postgres.url)
  opened.defer(() => database.end())
  await database.connect()
  const env = { DATABASE_URL: postgres.url, GATEWAY_PORT: String(port), SERVICE_ROLE_KEY: key }
  const gateway = opened.use(await startBenchProcess(GATEWAY, env, /^serving/))
  return { gateway, database }
}

/**
 * The fleet of `npm start` with each process as it plans it, on a PostgreSQL. With `given` its regions ask another upstream than
 * the sandbox, which then serves as Telegram alone.
 */
export async function openMeasuredFleet(given: Upstream | null, nodeOptions = ''): Promise<MeasuredFleet> {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const port = await freePorts(12)
  const secrets = {
    apiSecret: randomBytes(32).toString('hex'),
    cookieKey: randomBytes(32).toString('base64'),
    databaseKey: randomBytes(32).toString('hex'),
  }
  const options = readOptions(['--sandbox', '--port', String(port), '--data', folder, '--workers', 'fr,us,nl,uk'])
  const certificate = await ensureCertificate(join(folder, 'certificate'))
  const { PATH, HOME } = process.env
  const plan = planFleet(options, secrets, { PATH, HOME, ...AT_REST }, certificate)
  if (!plan.sandbox) throw new Error('the plan has no sandbox')
  const doors = plan.regions.map(({ env }) => env['EGRESS_PROXY_URL'] ?? '')
  const upstream = given ?? { doors, caFile: certificate.certFile }

  const { gateway, database } = await openMeasuredDatabase(opening, {
    key: plan.databaseKey,
    port: Number(new URL(plan.databaseUrl).port),
  })
  const start = async (script: string, env: Record<string, string>, ready: RegExp): Promise<BenchProcess> => {
    // The compile cache of the bench, not that of a data folder that has just been made.
    const { NODE_COMPILE_CACHE: _, ...rest } = env
    return opening.use(await startBenchProcess(script, rest, ready))
  }
  const sandbox = await start(plan.sandbox.script, plan.sandbox.env, /the sandbox is open/)
  const regions = await Promise.all(
    plan.regions.map(({ script, env }, place) => {
      const door = upstream.doors[place % upstream.doors.length] ?? ''
      const way = { EGRESS_PROXY_URL: door, NODE_EXTRA_CA_CERTS: upstream.caFile }
      const more = place === 0 ? nodeOptions : ''
      const NODE_OPTIONS = `${env['NODE_OPTIONS'] ?? ''} ${more}`.trim()
      return start(script, { ...env, ...way, NODE_OPTIONS }, /workerReady/)
    }),
  )
  const main = await start(plan.main.script, plan.main.env, /mainReady/)
  const api = async (method: string, path: string): Promise<unknown> => {
    const answer = await fetch(plan.main.url + path, { method, headers: { 'x-api-key': plan.apiKey } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const opened = opening.move()
  return {
    main,
    regions,
    gateway,
    sandbox,
    upstream,
    database,
    alerts: async () => ((await api('GET', '/api/v1/alerts')) as { alerts: Alert[] }).alerts,
    async runCycle() {
      const summary = (await api('POST', '/api/v1/alerts/run-once')) as RunSummary
      if (summary.status !== 'done') throw new Error(`the cycle was ${summary.status}: ${JSON.stringify(summary)}`)
      return summary
    },
    readCalls: () => gateway.ask<Record<string, number>>({ kind: 'calls' } satisfies GatewayQuestion),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Throws with what to do unless a door and its certificate were named and the one lies behind the other. */
export async function readUpstream(door: string | undefined, caFile: string | undefined): Promise<Upstream | null> {
  if (door === undefined) return null
  if (caFile === undefined) throw new Error('--upstream wants NODE_EXTRA_CA_CERTS: the certificate behind that door')
  await readFile(caFile)
  return { doors: [door], caFile }
}
