import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isSqlError } from './driver.ts'
import type { Driver, Session } from './driver.ts'
import { readMigrations } from './migration-files.ts'
import type { Migration } from './migration-files.ts'
import { prepareRoles } from './prepare-roles.ts'
import { runOnDatabase } from './run-on-database.ts'

/** The SQL of one migration failed; nothing of it was kept. The message names file and line. */
export class MigrationFailedError extends Error {
  override name = 'MigrationFailedError'
}

/**
 * Applies what is missing, one transaction each, and records it where the Supabase CLI does, so that this and
 * `supabase db push` are interchangeable. Returns the versions it applied. Several may run at once: each migration is
 * applied by one of them. A fleet may be at work meanwhile.
 */
export async function migrate(driver: Driver, folder: string): Promise<string[]> {
  const applied: string[] = []
  for (const migration of await readMigrations(folder)) {
    if (await whenTablesAreFree(() => driver.tx(BEGIN_LOCKED, (session) => applyOnce(session, migration))))
      applied.push(migration.version)
  }
  return applied
}

/** `empty` is a database that was never migrated. */
export async function migrationState(driver: Driver, folder: string): Promise<'empty' | 'pending' | 'current'> {
  const migrations = await readMigrations(folder)
  const known = await driver.tx(BEGIN_LOCKED, async (session) => {
    const rows = await session.query<{ version: string }>('select version from supabase_migrations.schema_migrations')
    return new Set(rows.map((row) => row.version))
  })
  if (known.size === 0) return 'empty'
  return migrations.every(({ version }) => known.has(version)) ? 'current' : 'pending'
}

async function applyOnce(session: Session, migration: Migration): Promise<boolean> {
  const inserted = await session.query(
    `insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, array[$2], $3)
     on conflict (version) do nothing returning version`,
    [migration.version, migration.sql, migration.name],
  )
  if (inserted.length === 0) return false
  try {
    await session.exec(LOCK_TABLES)
    await session.exec(migration.sql)
    // What a migration `set` would otherwise stay in this session, which later serves calls.
    await session.exec('reset all')
  } catch (error) {
    throw new MigrationFailedError(describeFailure(migration, error), { cause: error })
  }
  return true
}

/**
 * A fleet at work makes some ten calls a second, each of which holds its tables for milliseconds. Measured: a migration finds
 * its moment in 0.3 s at sixty calls a second, in 0.6 s at three hundred; after these tries, 1-2 minutes, nobody waits longer.
 */
async function whenTablesAreFree<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      const code = error instanceof Error && isSqlError(error.cause) ? error.cause.code : ''
      if (!BUSY.has(code) || tries === MAX_TRIES) throw error
    }
    // At different moments, lest it always meets the same call.
    await sleep(Math.random() * 200)
  }
}

function describeFailure({ file, sql }: Migration, error: unknown): string {
  if (!isSqlError(error)) return `${file}: ${String(error)}`
  const line = error.position === undefined ? '' : `:${sql.slice(0, Number(error.position)).split('\n').length}`
  return `${file}${line}: ${error.message} (${error.code})`
}

// The lock ends with the transaction, which a transaction pooler survives; a session's lock would not. Its number is ours.
const BEGIN_LOCKED = `
begin;
select pg_advisory_xact_lock(7416852093);
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text)`

const MAX_TRIES = 300
/** lock_not_available, deadlock_detected */
const BUSY = new Set(['55P03', '40P01'])

// All tables before the first change, in far less than the second after which PostgreSQL looks for deadlocks: where a migration
// and a call wait for each other's tables it is the migration that gives way. Before, it failed 12 of 12 times under load, and
// calls with it.
const LOCK_TABLES = `
do $$
declare
  name text;
  until timestamptz := clock_timestamp() + interval '200 milliseconds';
begin
  for name in
    select format('public.%I', t.tablename) from pg_catalog.pg_tables t
    where t.schemaname = 'public' and pg_catalog.pg_has_role(t.tableowner, 'usage') order by 1
  loop
    perform set_config('lock_timeout', greatest(1, ceil(extract(epoch from until - clock_timestamp()) * 1000))::text, true);
    execute 'lock table ' || name || ' in access exclusive mode';
  end loop;
  perform set_config('lock_timeout', '0', true);
end
$$`

if (import.meta.main) {
  await runOnDatabase('migrate', async (driver) => {
    await prepareRoles(driver)
    const applied = await migrate(driver, fileURLToPath(new URL('../../supabase/migrations', import.meta.url)))
    for (const version of applied) console.log(version)
  })
}
