import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { inTransaction } from './driver.ts'
import type { Driver, Session } from './driver.ts'
import type { HangWatchdog } from './hang-watchdog.ts'
import { createLane } from './session-lane.ts'

/** Counted from getting the session. Hosted Supabase cuts a statement at 8 s. */
const STATEMENT_WITHIN_MS = 15_000
const MAINTENANCE_WITHIN_MS = 120_000

/** 128 MB by default; with 16 MB the process stays near 175 MB. */
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB']

export type PgliteDriver = Driver & {
  /** PGlite has no checkpointer: without this the log grows and a crash is repaired from far behind. */
  checkpoint(): Promise<void>
  /** PGlite has no autovacuum. Table by table, so that calls wait for one table only. */
  vacuum(): Promise<void>
  /** The data folder as a tar archive. */
  dump(compression: 'gzip' | 'none'): Promise<Blob>
}

type Options = {
  /** Where the data folder is or will be; in memory when missing. */
  folder?: string
  /** A dump to start from, for a database in memory. */
  template?: Blob
  watchdog?: HangWatchdog
}

export async function openPglite({ folder, template, watchdog }: Options): Promise<PgliteDriver> {
  if (folder !== undefined && !existsSync(folder)) await initialise(folder)
  const db = await PGlite.create({
    startParams: START_PARAMS,
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(template === undefined ? {} : { loadDataDir: template }),
  })
  // Single-user mode sets no session user, and `set local session authorization` would then outlive its transaction.
  await db.exec('set session authorization postgres')
  return driverOf(db, watchdog)
}

/** Under another name first: a half-made folder, left by a kill, would never open again. */
async function initialise(folder: string): Promise<void> {
  const unfinished = `${folder}.new`
  await rm(unfinished, { recursive: true, force: true })
  // In a thread of its own: the 350 MB that initdb takes are given back when it ends.
  const thread = new Worker(new URL('./initialise-thread.ts', import.meta.url), { workerData: unfinished })
  await once(thread, 'exit')
  await rename(unfinished, folder)
}

function driverOf(db: PGlite, watchdog: HangWatchdog | undefined): PgliteDriver {
  const session = sessionOf(db)
  const lane = createLane(watchdog)
  const maintain = (sql: string): Promise<void> => lane(MAINTENANCE_WITHIN_MS, () => session.exec(sql))
  return {
    tx: (begin, work) => lane(STATEMENT_WITHIN_MS, () => inTransaction(session, begin, work)),
    checkpoint: () => maintain('checkpoint'),
    async vacuum() {
      const tables = await lane(MAINTENANCE_WITHIN_MS, () => session.query<{ name: string }>(OWN_TABLES))
      for (const { name } of tables) await maintain(`vacuum (analyze) ${name}`)
    },
    dump: (compression) => lane(MAINTENANCE_WITHIN_MS, () => db.dumpDataDir(compression)),
    close: () => lane(MAINTENANCE_WITHIN_MS, () => db.close()),
  }
}

const OWN_TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`

function sessionOf(db: PGlite): Session {
  return {
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      const { rows } = await db.query<Row>(sql, [...params])
      return rows
    },
    async exec(sql) {
      await db.exec(sql)
    },
  }
}
