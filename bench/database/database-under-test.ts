import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#shared/database/open-database.ts'
import type { Database } from '#shared/database/open-database.ts'
import { startRealPostgres } from '../../tests/support/database/real-postgres.ts'
import { freePorts } from '../../tests/support/fleet/free-ports.ts'
import { startBenchProcess } from '../fleet/bench-process.ts'
import type { GatewayQuestion } from '../fleet/gateway-process.ts'
import { cpuMsBelow, cpuMsOf } from '../machine/process-usage.ts'

const GATEWAY = new URL('../fleet/gateway-process.ts', import.meta.url)

export const engines = ['PGlite', 'PostgreSQL'] as const
export type Engine = (typeof engines)[number]

export type DatabaseUnderTest = AsyncDisposable & {
  /** As the workers call it: through the gateway. */
  database: Database
  /** Any SQL, as the superuser. */
  query: (sql: string, params?: unknown[]) => Promise<Record<string, unknown>[]>
  /** So far, in ms: of the gateway, and of PostgreSQL's processes (PGlite computes in the gateway). */
  cpu: () => { gateway: number; postgres: number }
}

/** A migrated database on disk behind its gateway, in processes of their own. */
export async function openDatabaseUnderTest(engine: Engine): Promise<DatabaseUnderTest> {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const postgres = engine === 'PGlite' ? null : await startRealPostgres()
  if (postgres) opening.defer(() => postgres.stop())
  const key = randomBytes(32).toString('hex')
  const port = await freePorts(1)
  const place = postgres ? { DATABASE_URL: postgres.url } : { DATABASE_DIR: join(folder, 'pgdata') }
  const env = { ...place, GATEWAY_PORT: String(port), SERVICE_ROLE_KEY: key }
  const gateway = opening.use(await startBenchProcess(GATEWAY, env, /^serving/))
  const opened = opening.move()
  return {
    database: openDatabase(`http://127.0.0.1:${port}`, key),
    query: (sql, params = []) => gateway.ask({ kind: 'query', sql, params } satisfies GatewayQuestion),
    cpu: () => ({ gateway: cpuMsOf(gateway.pid), postgres: cpuMsBelow(process.pid, 'postgres') }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
