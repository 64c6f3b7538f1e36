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
 * applied by one of them.
 */
export async function migrate(driver: Driver, folder: string): Promise<string[]> {
  const applied: string[] = []
  for (const migration of await readMigrations(folder)) {
    if (await driver.tx(BEGIN_LOCKED, (session) => applyOnce(session, migration))) applied.push(migration.version)
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
    await session.exec(migration.sql)
    // What a migration `set` would otherwise stay in this session, which later serves calls.
    await session.exec('reset all')
  } catch (error) {
    throw new MigrationFailedError(describeFailure(migration, error), { cause: error })
  }
  return true
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

if (import.meta.main) {
  await runOnDatabase('migrate', async (driver) => {
    await prepareRoles(driver)
    const applied = await migrate(driver, fileURLToPath(new URL('../../supabase/migrations', import.meta.url)))
    for (const version of applied) console.log(version)
  })
}
