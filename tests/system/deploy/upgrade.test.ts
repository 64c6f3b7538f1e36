import assert from 'node:assert/strict'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readMigrations } from '../../../local/database/migration-files.ts'
import { migrate } from '../../../local/database/migrate.ts'
import { prepareRoles } from '../../../local/database/prepare-roles.ts'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../support/database/real-postgres.ts'
import { createDatabase } from '../../support/deploy/create-database.ts'
import { ALERT, FEED_KEY, MEMBER_CHAT, PAGE_TOKEN, liveIn } from '../../support/deploy/database-past.ts'
import { findDropped, findLost, readRows } from '../../support/deploy/database-rows.ts'
import type { Rows } from '../../support/deploy/database-rows.ts'
import { openDatabaseAt } from '../../support/deploy/database-verbs.ts'
import type { OpenedDatabase } from '../../support/deploy/database-verbs.ts'
import { deliverAll } from '../../support/supabase/messages.ts'
import { MIGRATIONS } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

// That a migration is applied once, by one of two runners, and that one which fails leaves nothing and names its file and line:
// tests/support/database/migration-suite.ts and tests/system/local/database/migrate.test.ts.

const files = (await readMigrations(MIGRATIONS)).map(({ file }) => file)

/** What a migration moved on purpose: from which column, and that its value arrived. */
const MOVED: Record<string, { since: string; until: string }> = {
  'fleet_state.owner_chat': { since: '20261122001000', until: '20261122001200' },
}

const rowsOf = (rows: Rows, table: string) => rows.get(table)?.rows ?? []

describe('upgrading a database with data in it', () => {
  let server: RealPostgres
  let folder: string
  /** Applied so far; a database is copied from it at each age. */
  let growing: string
  before(async () => {
    server = await startRealPostgres()
    folder = await mkdtemp(join(tmpdir(), 'vigie-upgrade-'))
    growing = await createDatabase(server.url, 'growing')
  })
  after(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  const withDatabase = async (url: string, work: (database: OpenedDatabase) => Promise<void>): Promise<void> => {
    const database = openDatabaseAt(url)
    try {
      await work(database)
    } finally {
      await database.close()
    }
  }

  for (const [place, file] of files.entries()) {
    test(`nothing is lost from ${file}, and the verbs of today work on it`, async () => {
      await copyFile(join(MIGRATIONS, file), join(folder, file))
      await withDatabase(growing, async ({ driver }) => {
        await prepareRoles(driver)
        assert.deepEqual(await migrate(driver, folder), [file.slice(0, 14)])
      })
      const old = await createDatabase(server.url, `age_${place}`, 'growing')
      await withDatabase(old, async (database) => {
        await liveIn(database, files.slice(0, place + 1))
        const then = await readRows(database.query)
        await migrate(database.driver, MIGRATIONS)
        const now = await readRows(database.query)
        assert.deepEqual(findLost(then, now), [])
        const moved = Object.entries(MOVED).filter(([, { since, until }]) => file >= since && file < until)
        assert.deepEqual(
          findDropped(then, now),
          moved.map(([column]) => column),
        )
        await useVerbs(database, then)
      })
    })
  }

  async function useVerbs({ query, openVerbs }: OpenedDatabase, then: Rows): Promise<void> {
    const call = await openVerbs()
    const alerts = await call('list_alerts', {})
    assert.deepEqual(
      alerts.map(({ id }) => id).sort(),
      rowsOf(then, 'alerts')
        .map((row) => row['id'])
        .sort(),
    )

    const { workers } = await call('read_fleet', {})
    assert.equal(workers[0]?.banReason, 'HTTP 403')
    for (const { egress } of rowsOf(then, 'egress_status').filter((row) => row['banned_until'] !== null)) {
      const slot = await call('take_slot', { egress: String(egress), gap_ms: 1 })
      assert.ok(!slot.granted && slot.reason === 'banned', `${String(egress)} is still banned`)
    }
    const free = await call('take_slot', { egress: 'worker-nl', gap_ms: 1 })
    const wasPaused = rowsOf(then, 'fleet_state')[0]?.['pause_cause'] === 'owner'
    assert.equal(free.granted ? 'granted' : free.reason, wasPaused ? 'paused' : 'granted')

    const wasOpen = rowsOf(then, 'outbox').filter(({ state }) => state === 'waiting' || state === 'sending')
    await query('update public.outbox_destinations set next_send_at = now()')
    // It uses `call` only.
    const sent = await deliverAll({ call } as VigieDatabase)
    const ids = sent.flatMap(({ notifications }) => notifications.map(({ id }) => id))
    assert.deepEqual(ids.sort(), wasOpen.map((row) => row['id']).sort())

    const known = (table: string): boolean => then.has(table)
    if (known('incidents')) assert.equal((await call('list_incidents', {}))[0]?.kind, 'captcha')
    const chat = then.get('people') ?? then.get('fleet_state')
    const hadOwner = chat?.rows.some((row) => row['owner_chat'] === '42' || row['chat_id'] === '42') ?? false
    assert.equal(await call('get_owner_chat', {}), hadOwner ? '42' : null)
    if (known('people')) {
      assert.equal((await call('find_person', { chat_id: MEMBER_CHAT }))?.name, 'Ana')
      assert.equal((await call('read_page_session', { token_hash: PAGE_TOKEN }))?.name, 'Ana')
    }
    if (known('webhooks')) assert.equal((await call('list_webhooks', {}))[0]?.alerts, 1)
    if (known('alert_feeds')) assert.equal(await call('find_feed', { alert_id: ALERT }), FEED_KEY)
    if (known('bot_updates')) assert.equal((await call('claim_update', { lease_ms: 1_000 }))?.updateId, 1001)
    const find = await call('get_find', { alert_id: ALERT, item_id: 1 })
    assert.equal(find?.listing.title, 'Robe 1')
  }
})
