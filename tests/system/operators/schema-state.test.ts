import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, beforeEach, describe, test } from 'node:test'
import { MIGRATIONS, startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

for (const engine of ['pglite', 'postgres'] as const) {
  describe(`what operators read, on ${engine}`, () => {
    let database: VigieDatabase
    before(async () => {
      database = await startVigieDatabase(engine)
    })
    after(() => database.close())
    beforeEach(() => database.reset())

    test('the migrations that were applied are told as they are named, with the database’s clock', async () => {
      const { now, migrations, open } = await database.call('read_schema_state', {})
      assert.deepEqual(
        migrations,
        readdirSync(MIGRATIONS)
          .map((file) => file.slice(0, 14))
          .sort(),
      )
      assert.deepEqual(open, [])
      assert.ok(Math.abs(Date.parse(now) - Date.now()) < 60_000)
    })

    test('whatever anybody could use without the service key is named', async () => {
      await database.query('grant execute on function public.read_fleet() to anon')
      await database.query('grant select on public.alerts to authenticated')
      try {
        assert.deepEqual((await database.call('read_schema_state', {})).open, ['alerts', 'read_fleet()'])
      } finally {
        await database.query('revoke all on function public.read_fleet() from anon')
        await database.query('revoke all on public.alerts from authenticated')
      }
    })

    test('a list of migrations that cannot be read is not known, which is not the same as empty', async () => {
      await database.query('revoke select (version) on supabase_migrations.schema_migrations from service_role')
      try {
        assert.equal((await database.call('read_schema_state', {})).migrations, null)
      } finally {
        await database.query('grant select (version) on supabase_migrations.schema_migrations to service_role')
      }
    })

    test('messages are counted by channel: those that wait with the oldest, and the failed ones of a day', async () => {
      await database.call('set_owner_chat', { chat_id: '42' })
      const payload = { bound: true as const, language: 'fr' as const }
      for (const event of ['one', 'two', 'three', 'four'])
        await database.call('tell_owner', { channel: 'telegram', event, payload })
      await database.query(`update public.outbox set created_at = now() - interval '90 seconds' where event = 'one'`)
      await database.query(`update public.outbox set state = 'failed', settled_at = now() where event = 'three'`)
      await database.query(
        `update public.outbox set state = 'failed', settled_at = now() - interval '2 days' where event = 'four'`,
      )
      const { outbox } = await database.call('read_operations', {})
      const { oldestAgeS, ...telegram } = outbox.find(({ channel }) => channel === 'telegram') ?? {}
      assert.deepEqual(telegram, { channel: 'telegram', waiting: 2, failed: 1 })
      assert.ok(oldestAgeS !== undefined && oldestAgeS !== null && oldestAgeS >= 90 && oldestAgeS < 150)
      const idle = outbox.find(({ channel }) => channel === 'console')
      assert.deepEqual(idle, { channel: 'console', waiting: 0, oldestAgeS: null, failed: 0 })
    })

    test('cycles are counted by how they ended, within a day', async () => {
      for (const [status, hours] of [
        ['done', 1],
        ['done', 2],
        ['failed', 3],
        ['done', 25],
      ])
        await database.query(
          `insert into public.alert_runs (id, status, trigger, started_at, finished_at, fence)
           values (gen_random_uuid(), $1, 'clock', now() - make_interval(hours => $2), now(), 1)`,
          [status, hours],
        )
      assert.deepEqual((await database.call('read_operations', {})).cycles, { done: 2, failed: 1 })
    })
  })
}
