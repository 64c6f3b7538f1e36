import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPart } from '../parts/start-part.ts'
import type { Part } from '../parts/start-part.ts'
import { freePorts } from '../fleet/free-ports.ts'
import type { Json } from '../json.ts'
import type { TestSandbox } from '../sandbox/start-test-sandbox.ts'

export const REGIONS = ['worker-fr', 'worker-us']

type Options = {
  databaseUrl: string
  /** It outlives the fleet: what was published and told stays known to it. */
  sandbox: TestSandbox
  cookieKey: string
  mainEnv?: Record<string, string>
}

export type DatabaseFleet = Awaited<ReturnType<typeof startDatabaseFleet>>

/** Gateway, two regions and main, each a process, on a database that is already there. No clock runs. */
export async function startDatabaseFleet({ databaseUrl, sandbox, cookieKey, mainEnv = {} }: Options) {
  await using opening = new AsyncDisposableStack()
  const key = randomBytes(32).toString('hex')
  const folder = await mkdtemp(join(tmpdir(), 'vigie-database-fleet-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const port = await freePorts(2 + REGIONS.length)
  const start = async (script: string, at: number, env: Record<string, string>): Promise<Part> => {
    const part = await startPart(script, `http://127.0.0.1:${port + at}`, { PORT: String(port + at), ...env })
    opening.defer(async () => void (await part.stop()))
    return part
  }
  const gateway = await start('local/database/main.ts', 0, {
    DATABASE_DIR: folder,
    DATABASE_PORT: String(port),
    DATABASE_SERVICE_ROLE_KEY: key,
    DATABASE_URL: databaseUrl,
  })
  const common = {
    HOST: '127.0.0.1',
    API_SECRET: key,
    SUPABASE_URL: gateway.url,
    SUPABASE_SERVICE_ROLE_KEY: key,
    COOKIE_ENCRYPTION_KEY: cookieKey,
    TELEGRAM_API_ROOT: sandbox.url,
    TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
  }
  const startRegion = (id: string, place: number): Promise<Part> =>
    start('regional-worker/main.ts', 1 + place, {
      ...common,
      WORKER_ID: id,
      WORKER_REGION: 'test',
      REQUEST_DELAY_MIN_MS: '20',
      REQUEST_DELAY_MAX_MS: '40',
      EGRESS_PROXY_URL: sandbox.doors.find((door) => door.egress === id)?.url ?? '',
      NODE_EXTRA_CA_CERTS: sandbox.certificate.certFile,
    })
  const regions = await Promise.all(REGIONS.map(startRegion))
  const main = await start('main-worker/main.ts', 1 + REGIONS.length, {
    ...common,
    WORKERS: JSON.stringify(
      REGIONS.map((id, place) => ({ id, name: id.slice(-2).toUpperCase(), region: 'test', url: regions[place]?.url })),
    ),
    ALERT_CHECK_INTERVAL_MS: 'off',
    HEALTH_CHECK_INTERVAL_MS: '2000',
    ...mainEnv,
  })
  const opened = opening.move()
  return {
    lines: (): string[] => [main, ...regions].flatMap((part) => part.lines),
    async api(method: string, path: string, body?: unknown): Promise<Json> {
      const answer = await fetch(`${main.url}/api/v1/${path}`, {
        method,
        headers: { 'x-api-key': key, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
      return JSON.parse(text)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
