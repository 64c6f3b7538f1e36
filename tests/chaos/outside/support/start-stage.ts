import { randomBytes } from 'node:crypto'
import { startTestDatabase } from '../../../support/database/test-database.ts'
import { freePorts } from '../../../support/fleet/free-ports.ts'
import { startProcess } from '../../../support/fleet/start-parts.ts'
import type { StartedProcess } from '../../../support/fleet/start-parts.ts'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { Json } from '../../../support/json.ts'

type Env = Record<string, string>
/** Where the parts stand that a process talks to; a test puts a link of its own in between. */
export type Outside = { databaseUrl: string; telegramUrl: string }

export type StageOptions = {
  engine?: 'pglite' | 'postgres'
  workers: readonly string[]
  /** Variables of one regional worker, over those it gets anyway. */
  regionEnv?: (id: string, outside: Outside) => Env
  mainEnv?: (outside: Outside) => Env
  /** Where main believes a worker to be. */
  wayTo?: (id: string, url: string) => string | Promise<string>
  /** Called when both outsides are there and before any worker is. */
  prepare?: (outside: Outside, stack: AsyncDisposableStack) => Promise<void>
}

export type Stage = Awaited<ReturnType<typeof startStage>>

/** What a machine of 256 MB gives a regional worker, as `npm start` and Fly.io do. */
export const SMALL_MACHINE: Env = {
  NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=48',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
}
export const BOT_TOKEN = '1000000:sandbox-token-of-this-machine-only'

/** A real main and real regional workers, each a process with an environment of its own; the clock is off unless told. */
export async function startStage(options: StageOptions) {
  await using stack = new AsyncDisposableStack()
  const database = stack.adopt(
    await startTestDatabase({ engine: options.engine ?? 'pglite', migrationsDir: 'supabase/migrations' }),
    (opened) => opened.close(),
  )
  const sandbox = stack.adopt(await startTestSandbox(options.workers), (opened) => opened.close())
  const outside = { databaseUrl: database.url, telegramUrl: sandbox.url }
  await options.prepare?.(outside, stack)
  const firstPort = await freePorts(options.workers.length + 1)
  const common = {
    API_SECRET: randomBytes(32).toString('hex'),
    COOKIE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SUPABASE_URL: database.url,
    SUPABASE_SERVICE_ROLE_KEY: database.key,
    TELEGRAM_API_ROOT: sandbox.url,
    TELEGRAM_BOT_TOKEN: BOT_TOKEN,
    TELEGRAM_CHAT_ID: '1000001',
  }
  const directUrl = (id: string): string => `http://127.0.0.1:${firstPort + 1 + options.workers.indexOf(id)}`
  const addresses = await Promise.all(
    options.workers.map(async (id) => {
      const [name, region] = [id.slice(-2).toUpperCase(), id.slice(-2)]
      return { id, name, region, url: (await options.wayTo?.(id, directUrl(id))) ?? directUrl(id) }
    }),
  )
  const mainEnv = {
    ...common,
    PORT: String(firstPort),
    WORKERS: JSON.stringify(addresses),
    ALERT_CHECK_INTERVAL_MS: 'off',
    HEALTH_CHECK_INTERVAL_MS: '3000',
    ...options.mainEnv?.(outside),
  }
  const regionEnv = (id: string, place: number): Env => ({
    ...common,
    ...SMALL_MACHINE,
    PORT: String(firstPort + 1 + place),
    WORKER_ID: id,
    REQUEST_DELAY_MIN_MS: '50',
    REQUEST_DELAY_MAX_MS: '80',
    EGRESS_PROXY_URL: sandbox.doors[place]?.url ?? '',
    NODE_EXTRA_CA_CERTS: sandbox.certificate.certFile,
    CHROME_PATH: '/nowhere',
    ...options.regionEnv?.(id, outside),
  })
  const running = new Map<string, StartedProcess>()
  stack.defer(async () => {
    await Promise.all([...running.values()].map((process) => process.stop()))
  })
  /** Again after a stop, with other variables. */
  const start = async (id: string, env: Env = {}): Promise<StartedProcess> => {
    const place = options.workers.indexOf(id)
    const started =
      id === 'main'
        ? await startProcess('main-worker', { ...mainEnv, ...env })
        : await startProcess('regional-worker', { ...regionEnv(id, place), ...env })
    running.set(id, started)
    return started
  }
  await Promise.all(options.workers.map((id) => start(id)))
  await start('main')

  const api = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> => {
    const answer = await fetch(`http://127.0.0.1:${firstPort}${path}`, {
      method,
      headers: { 'x-api-key': common.API_SECRET, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }
  const held = stack.move()
  return {
    database,
    sandbox,
    firstPort,
    api,
    start,
    process: (id: string): StartedProcess => running.get(id) as StartedProcess,
    /** A command straight to one worker. */
    async execute(id: string, type: string, payload: object): Promise<{ status: number; body: Json }> {
      const answer = await fetch(`${directUrl(id)}/api/v1/worker/execute`, {
        method: 'POST',
        headers: { 'x-api-key': common.API_SECRET, 'content-type': 'application/json' },
        body: JSON.stringify({ type, payload }),
      })
      return { status: answer.status, body: await answer.json() }
    },
    /** A worker's own word, asked without main. */
    async workerHealth(id: string): Promise<Json> {
      const headers = { 'x-api-key': common.API_SECRET }
      return (await fetch(`${directUrl(id)}/api/v1/worker/health`, { headers })).json()
    },
    async createAlert(alert: Record<string, unknown>): Promise<Json> {
      const answer = await api('POST', '/api/v1/alerts', { market: 'fr', ...alert })
      if (answer.status !== 201) throw new Error(`the alert was refused: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    runOnce: async (): Promise<Json> => (await api('POST', '/api/v1/alerts/run-once')).body,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
