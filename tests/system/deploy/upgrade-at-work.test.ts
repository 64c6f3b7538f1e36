import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readMigrations } from '../../../local/database/migration-files.ts'
import { migrate } from '../../../local/database/migrate.ts'
import { prepareRoles } from '../../../local/database/prepare-roles.ts'
import { makeMigrationsFolder } from '../../support/database/migrations-folder.ts'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import { check, liveIn } from '../../support/deploy/database-past.ts'
import { openDatabaseAt } from '../../support/deploy/database-verbs.ts'
import { MIGRATIONS } from '../../support/supabase/start-vigie-database.ts'

/** From here on every verb below is there, with the arguments it has today. */
const OLD = 8
/** Six callers with such a pause between calls are five times a busy fleet. */
const PAUSE_AT_MOST_MS = 100

test('a fleet at work is not disturbed by migrations that need its tables: no call fails, and all are applied', async (t) => {
  const server = await startRealPostgres()
  t.after(() => server.stop())
  const [runner, fleet] = [openDatabaseAt(server.url), openDatabaseAt(server.url)]
  t.after(() => Promise.all([runner.close(), fleet.close()]))
  const migrations = await readMigrations(MIGRATIONS)
  const old = migrations.slice(0, OLD)
  const folder = await makeMigrationsFolder(Object.fromEntries(old.map(({ file, sql }) => [file, sql])))
  t.after(folder.remove)
  await prepareRoles(runner.driver)
  await migrate(runner.driver, folder.path)
  await liveIn(
    runner,
    old.map(({ file }) => file),
  )

  let newest = 1_000
  const send = async (): Promise<void> => {
    const id = randomUUID()
    const [row] = await fleet.query<{ claim: { notifications?: unknown[] } | null }>(
      `select public.claim_message('telegram', '${id}', 45000, 0, 5) as claim`,
    )
    const count = row?.claim?.notifications?.length
    if (count === undefined) return
    await fleet.query(`select public.begin_send('${id}', ${count}, 0)`)
    await fleet.query(`select public.settle_message('${id}', '{"kind": "sent"}', 0)`)
  }
  const calls = [
    () => fleet.query(`select public.record_check(${check(randomUUID(), [(newest += 1), 12, 11])})`),
    () => fleet.query(`select public.take_slot('worker-nl', 1)`),
    () => fleet.query('select public.read_fleet()'),
    () => fleet.query('select public.read_fleet_numbers()'),
    send,
    send,
  ]
  const ending = new AbortController()
  let made = 0
  const callers = calls.map(async (call) => {
    while (!ending.signal.aborted) {
      await call()
      made += 1
      await sleep(Math.random() * PAUSE_AT_MOST_MS)
    }
  })
  const working = Promise.all(callers)
  working.catch(() => undefined) // It is told below.
  const applied = await migrate(runner.driver, MIGRATIONS).finally(() => ending.abort())
  await working
  assert.deepEqual(
    applied,
    migrations.slice(OLD).map(({ version }) => version),
  )
  assert.ok(made > 50, `${made} calls`)
})
