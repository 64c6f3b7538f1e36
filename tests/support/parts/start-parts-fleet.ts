import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRealPostgres } from '../database/real-postgres.ts'
import { freePorts } from '../fleet/free-ports.ts'
import { startTestSandbox } from '../sandbox/start-test-sandbox.ts'
import type { Json } from '../json.ts'
import { openSql } from './open-sql.ts'
import { startPart } from './start-part.ts'
import type { Part } from './start-part.ts'

const IDS = ['worker-fr', 'worker-us', 'worker-nl', 'worker-uk']

type Options = {
  /** Regions that have a place and a door, and are started by the test. */
  later?: string[]
  regionEnv?: Record<string, string>
  mainEnv?: Record<string, string>
  /** What stands between the gateway and PostgreSQL; it is closed with the fleet. */
  beforePostgres?: (port: number) => Promise<{ port: number; close(): Promise<void> }>
  /** What stands between all workers and the gateway. */
  beforeGateway?: (url: string) => Promise<{ url: string; close(): Promise<void> }>
}

export type PartsFleet = Awaited<ReturnType<typeof startPartsFleet>>

/** Real PostgreSQL, its gateway, a sandbox and four regions, each a process of its own; mains are started by the test. */
export async function startPartsFleet(options: Options = {}) {
  const { later = [], regionEnv = {}, mainEnv = {}, beforePostgres, beforeGateway } = options
  const ids = [...IDS, ...later]
  const opened = new AsyncDisposableStack()
  try {
    const key = randomBytes(32).toString('hex')
    const folder = await mkdtemp(join(tmpdir(), 'vigie-parts-'))
    opened.defer(() => rm(folder, { recursive: true, force: true }))
    const postgres = await startRealPostgres()
    opened.defer(() => postgres.stop())
    const { sql, close } = openSql(postgres.url)
    opened.defer(close)
    const port = await freePorts(12)
    const wire = new URL(postgres.url)
    if (beforePostgres) {
      const between = await beforePostgres(Number(wire.port))
      opened.defer(() => between.close())
      wire.port = String(between.port)
    }
    const gateway = await startPart('local/database/main.ts', `http://127.0.0.1:${port}`, {
      DATABASE_DIR: folder,
      DATABASE_PORT: String(port),
      DATABASE_SERVICE_ROLE_KEY: key,
      DATABASE_URL: wire.href,
    })
    opened.defer(async () => void (await gateway.stop()))
    const before = await beforeGateway?.(gateway.url)
    if (before) opened.defer(() => before.close())
    const sandbox = await startTestSandbox(ids)
    opened.defer(() => sandbox.close())

    const place = (at: number) => ({ url: `http://127.0.0.1:${port + at}`, PORT: String(port + at) })
    const common = {
      HOST: '127.0.0.1',
      API_SECRET: key,
      SUPABASE_URL: before?.url ?? gateway.url,
      SUPABASE_SERVICE_ROLE_KEY: key,
      TELEGRAM_API_ROOT: sandbox.url,
      TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
      TELEGRAM_CHAT_ID: '1000001',
    }
    const startRegion = async (id: string, env: Record<string, string> = {}): Promise<Part> => {
      const at = ids.indexOf(id)
      const { url, PORT } = place(1 + at)
      const part = await startPart('regional-worker/main.ts', url, {
        ...common,
        PORT,
        WORKER_ID: id,
        WORKER_REGION: 'test',
        COOKIE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
        REQUEST_DELAY_MIN_MS: '100',
        REQUEST_DELAY_MAX_MS: '200',
        EGRESS_PROXY_URL: sandbox.doors[at]?.url ?? '',
        NODE_EXTRA_CA_CERTS: sandbox.certificate.certFile,
        ...regionEnv,
        ...env,
      })
      opened.defer(async () => void (await part.stop()))
      return part
    }
    const regions = await Promise.all(IDS.map((id) => startRegion(id)))
    const addressOf = (id: string) => ({
      id,
      name: id.slice(-2).toUpperCase(),
      region: 'test',
      url: place(1 + ids.indexOf(id)).url,
    })

    return {
      sandbox,
      regions,
      sql,
      /** One that was stopped, or comes later. */
      startRegion,
      addressOf,
      /** `number` is its place among the ports: one that was killed may be started again. */
      async startMain(number: 0 | 1, env: Record<string, string> = {}): Promise<Part> {
        const { url, PORT } = place(6 + number)
        const main = await startPart('main-worker/main.ts', url, {
          ...common,
          PORT,
          WORKERS: JSON.stringify(IDS.map(addressOf)),
          ALERT_CHECK_INTERVAL_MS: 'off',
          HEALTH_CHECK_INTERVAL_MS: '2000',
          ...mainEnv,
          ...env,
        })
        opened.defer(async () => void (await main.stop()))
        return main
      },
      async api(main: Part, method: string, path: string, headers: Record<string, string> = {}): Promise<Json> {
        const answer = await fetch(`${main.url}${path}`, { method, headers: { 'x-api-key': key, ...headers } })
        return await answer.json()
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}
