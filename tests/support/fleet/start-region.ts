import { randomBytes } from 'node:crypto'
import { RunLine } from '../../../shared/contracts/run-events.ts'
import { startTestDatabase } from '../database/test-database.ts'
import { startTestSandbox } from '../sandbox/start-test-sandbox.ts'
import { freePorts } from './free-ports.ts'
import { startProcess } from './start-parts.ts'
import type { Json } from '../json.ts'

export type TestRegion = Awaited<ReturnType<typeof startTestRegion>>
export type SeenRequest = { egress: string; host: string; path: string; status: number; time: string }

/** One real regional worker (worker-fr) with a sandbox and a database of its own; no main. */
export async function startTestRegion(env: Record<string, string> = {}) {
  const apiKey = randomBytes(32).toString('hex')
  const database = await startTestDatabase({ engine: 'pglite', migrationsDir: 'supabase/migrations' })
  const sandbox = await startTestSandbox(['worker-fr'])
  const worker = await startProcess('regional-worker', {
    PORT: String(await freePorts(1)),
    WORKER_ID: 'worker-fr',
    WORKER_REGION: 'cdg',
    API_SECRET: apiKey,
    SUPABASE_URL: database.url,
    SUPABASE_SERVICE_ROLE_KEY: database.key,
    COOKIE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    REQUEST_DELAY_MIN_MS: '5',
    REQUEST_DELAY_MAX_MS: '10',
    EGRESS_PROXY_URL: sandbox.doors[0]?.url ?? '',
    NODE_EXTRA_CA_CERTS: sandbox.certificate.certFile,
    CHROME_ARGS: `--ignore-certificate-errors-spki-list=${sandbox.certificate.spki}`,
    TELEGRAM_API_ROOT: sandbox.url,
    TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
    ...env,
  })
  const post = (command: unknown, accept = 'application/json') =>
    fetch(`${worker.url}/api/v1/worker/execute`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json', accept },
      body: JSON.stringify(command),
    })
  return {
    worker,
    database,
    sandbox,
    async execute(type: string, payload: unknown): Promise<{ status: number; body: Json }> {
      const answer = await post({ type, payload })
      return { status: answer.status, body: await answer.json() }
    },
    /** The lines of one streamed check. */
    async check(alerts: unknown[]): Promise<RunLine[]> {
      const answer = await post({ type: 'check-alerts', payload: { alerts } }, 'application/x-ndjson')
      const text = await answer.text()
      if (answer.status !== 200) throw new Error(`${answer.status} ${text}`)
      return text
        .trim()
        .split('\n')
        .map((line) => RunLine.parse(JSON.parse(line)))
    },
    /** A new alert in the database, as the wire shows it. */
    async addAlert(fields: Record<string, unknown>): Promise<Json> {
      const [row] = await database.query<{ alert: unknown }>(
        'select public.create_alert(gen_random_uuid(), $1) as alert',
        [JSON.stringify({ market: 'fr', name: 'alert', chatId: '42', ...fields })],
      )
      return row?.alert
    },
    requests: () => sandbox.control<SeenRequest[]>('GET', 'requests'),
    async [Symbol.asyncDispose](): Promise<void> {
      await worker.stop()
      await sandbox.close()
      await database.close()
    },
  }
}
