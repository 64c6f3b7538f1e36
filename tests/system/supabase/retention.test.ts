import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { checkOf, makeAlert, record } from '../../support/supabase/checks.ts'
import { deliverAll } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('retention', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const count = async (table: string): Promise<number> =>
    (await vigie.query<{ count: number }>(`select count(*)::int as count from public.${table}`))[0]?.count ?? 0
  const age = (table: string, column: string, days: number) =>
    vigie.query(`update public.${table} set ${column} = ${column} - $1 * interval '1 day'`, [days])
  const purge = () => vigie.call('purge_old', { most: 1_000 })
  /** An alert with a find that was told. */
  const told = async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    await record(vigie, checkOf([2, 1], [alert]))
    await deliverAll(vigie)
    return alert
  }

  test('young rows stay', async () => {
    await told()
    assert.ok(Object.values(await purge()).every((rows) => rows === 0))
  })

  test('seen rows go a week after their listing was last shown', async () => {
    await told()
    await age('seen_items', 'last_seen_at', 6)
    assert.equal((await purge())['seenItems'], 0)
    await age('seen_items', 'last_seen_at', 2)
    assert.equal((await purge())['seenItems'], 2)
  })

  test('while nobody asks a search its seen rows stay, for a month: a snooze makes nothing new', async () => {
    await told()
    await age('seen_items', 'last_seen_at', 20)
    await age('searches', 'last_good_at', 20)
    assert.equal((await purge())['seenItems'], 0)
    await age('seen_items', 'last_seen_at', 11)
    await age('searches', 'last_good_at', 11)
    assert.equal((await purge())['seenItems'], 2)
  })

  test('a match and its message stay while the listing is shown: it must not be told again', async () => {
    const alert = await told()
    await age('alert_matches', 'found_at', 31)
    await age('outbox', 'settled_at', 31)
    const gone = await purge()
    assert.equal(gone['matches'], 0)
    assert.equal(gone['messages'], 1, 'the baseline only')
    await record(vigie, checkOf([2, 1], [alert]))
    assert.deepEqual(await deliverAll(vigie), [])
    await age('seen_items', 'last_seen_at', 8)
    await purge()
    assert.deepEqual([await count('alert_matches'), await count('outbox')], [0, 0])
  })

  test('messages that wait are never purged', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    await age('outbox', 'created_at', 365)
    await purge()
    assert.equal(await count('outbox'), 1)
  })

  test('runs go after two weeks with all that hangs on them, in small steps; a running one stays', async () => {
    for (const status of ['done', 'running'])
      await vigie.query(
        `insert into public.alert_runs (id, status, trigger, fence, started_at) values (gen_random_uuid(), $1, 'clock', 1, now() - interval '15 days')`,
        [status],
      )
    assert.equal((await purge())['runs'], 1)
    assert.equal(await count('alert_runs'), 1)
  })

  test('codes, login links and logins go when their time is over, and no earlier', async () => {
    const { id } = await vigie.call('get_owner', {})
    for (const [name, ttl_ms] of [
      ['old', -1],
      ['young', 60_000],
    ] as const) {
      await vigie.call('create_invitation', { code_hash: name, role: 'viewer', name, ttl_ms })
      // Their own functions clear old ones away.
      await vigie.query(
        `insert into public.login_links (code_hash, person_id, expires_at)
         values ($1, $2, now() + $3 * interval '1 millisecond')`,
        [name, id, ttl_ms],
      )
      await vigie.query(
        `insert into public.page_sessions (token_hash, person_id, expires_at)
         values ($1, $2, now() + $3 * interval '1 millisecond')`,
        [name, id, ttl_ms],
      )
      await vigie.query(
        `insert into public.owner_codes (code_hash, expires_at) values ($1, now() + $2 * interval '1 millisecond')`,
        [name, ttl_ms],
      )
    }
    await purge()
    for (const table of ['invitations', 'login_links', 'page_sessions', 'owner_codes'])
      assert.equal(await count(table), 1, table)
  })

  test('a step deletes no more than it is asked to', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([5, 4, 3, 2, 1], [alert]))
    await age('seen_items', 'last_seen_at', 8)
    assert.equal((await vigie.call('purge_old', { most: 2 }))['seenItems'], 2)
    assert.equal(await count('seen_items'), 3)
  })

  test('the sizes of all tables are known, the largest first', async () => {
    const { databaseBytes, tables } = await vigie.call('read_sizes', {})
    assert.ok(databaseBytes > 1_000_000)
    assert.ok(tables.some(({ name }) => name === 'seen_items'))
    assert.deepEqual(
      tables.map(({ bytes }) => bytes),
      tables.map(({ bytes }) => bytes).sort((a, b) => b - a),
    )
  })
})
