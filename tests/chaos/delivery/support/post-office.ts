import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestDatabase } from '../../../support/database/test-database.ts'
import { freePorts } from '../../../support/fleet/free-ports.ts'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import { listing } from '../../../support/supabase/checks.ts'
import { spawnWorker } from './spawn-worker.ts'
import type { WorkerProcess } from './spawn-worker.ts'
import { createWitness } from './witness.ts'

export const API_SECRET = 'an-api-key-of-32-characters-or-more-for-tests'

export type Find = { chat: string; item: number; alertId?: string; photoUrl?: string }
const MOST_SENDERS = 6
type Ways = { telegram: string; database: string }

export type PostOffice = Awaited<ReturnType<typeof openPostOffice>>

/** A database, a Telegram, and room for senders: real regional workers of which only the outbox has something to do. */
export async function openPostOffice(engine: 'pglite' | 'postgres') {
  const database = await startTestDatabase({ engine, migrationsDir: 'supabase/migrations' })
  const ids = Array.from({ length: MOST_SENDERS }, (_, place) => `worker-${place}`)
  const sandbox = await startTestSandbox(ids)
  const folder = mkdtempSync(join(tmpdir(), 'vigie-post-office-'))
  const running = new Set<WorkerProcess>()
  const port = await freePorts(MOST_SENDERS + 1)
  const common = (way: Ways): Record<string, string> => ({
    API_SECRET,
    SUPABASE_URL: way.database,
    SUPABASE_SERVICE_ROLE_KEY: database.key,
    // Compiled once: hundreds of starts take half the time.
    NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
  })
  const keep = (worker: WorkerProcess): WorkerProcess => {
    running.add(worker)
    return {
      ...worker,
      end(name) {
        running.delete(worker)
        return worker.end(name)
      },
    }
  }

  return {
    database,
    sandbox,
    witness: createWitness(sandbox),
    /** `ways` lead through a wire where a test wants to look or wait. */
    async startSender(place: number, ways: Partial<Ways> = {}): Promise<WorkerProcess> {
      const way = { telegram: sandbox.url, database: database.url, ...ways }
      return keep(
        await spawnWorker('regional-worker', {
          ...common(way),
          PORT: String(port + 1 + place),
          WORKER_ID: `worker-${place}`,
          WORKER_REGION: 'test',
          REQUEST_DELAY_MIN_MS: '150',
          REQUEST_DELAY_MAX_MS: '300',
          EGRESS_PROXY_URL: sandbox.doors[place]?.url ?? '',
          NODE_EXTRA_CA_CERTS: sandbox.certificate.certFile,
          COOKIE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
          TELEGRAM_API_ROOT: way.telegram,
          TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
        }),
      )
    },
    /** No cycle runs by itself, unless `env` says so. */
    async startMain(senders: number, env: Record<string, string> = {}): Promise<WorkerProcess> {
      const workers = ids.slice(0, senders).map((id, place) => ({
        id,
        name: String(place),
        region: 'test',
        url: `http://127.0.0.1:${port + 1 + place}`,
      }))
      return keep(
        await spawnWorker('main-worker', {
          ...common({ telegram: sandbox.url, database: database.url }),
          PORT: String(port),
          WORKERS: JSON.stringify(workers),
          ALERT_CHECK_INTERVAL_MS: 'off',
          ...env,
        }),
      )
    },
    /** Puts finds into the outbox as a check does, all in one transaction. */
    async enqueue(finds: readonly Find[]): Promise<void> {
      const messages = finds.map(({ chat, item, alertId = null, photoUrl = null }) => ({
        chat,
        item,
        alert: alertId,
        payload: { listing: { ...listing(item), photoUrl } },
      }))
      await database.query(
        `select public.enqueue(array(
          select ('telegram', m.chat, null, m.alert, m.item, 'new', 'find', m.payload)::public.new_message
          from jsonb_to_recordset($1) as m(chat text, item bigint, alert uuid, payload jsonb)))`,
        [JSON.stringify(messages)],
      )
    },
    /** How many messages are neither sent nor given up. */
    async waiting(): Promise<number> {
      const [row] = await database.query<{ count: number }>(
        'select count(*)::int as count from public.outbox where settled_at is null',
      )
      return row?.count ?? 0
    },
    async close(): Promise<void> {
      await Promise.all([...running].map((worker) => worker.end('SIGKILL')))
      await sandbox.close()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
