import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { EgressEffect, Slot } from '../../../shared/database/fleet.ts'
import { checkOf, record } from '../../support/supabase/checks.ts'
import { beginOwn, plan } from '../../support/supabase/runs.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

const GAP_MS = 20_000

describe('take_slot and the state of an address', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const take = (item: { run_id?: string; search_key?: string; attempt?: number } = {}, egress = 'home') =>
    vigie.call('take_slot', { egress, gap_ms: GAP_MS, ...item })
  const effect = (effect: EgressEffect) => vigie.call('apply_egress_effect', { egress: 'home', effect })
  const gapIsOver = () => vigie.query('update public.egress_status set next_allowed_at = now()')
  const waitOf = (slot: Slot): number => {
    assert.ok(!slot.granted && slot.reason === 'wait')
    return slot.waitMs
  }

  test('a slot is granted once per gap, and a refusal says how long to wait', async () => {
    const slot = await take()
    assert.ok(slot.granted)
    assert.equal(slot.nextInMs, GAP_MS)
    const waitMs = waitOf(await take())
    assert.ok(waitMs > GAP_MS - 5_000 && waitMs <= GAP_MS)
    await gapIsOver()
    assert.equal((await take()).granted, true)
    assert.equal((await take()).granted, false)
  })

  test('addresses do not wait for each other', async () => {
    await take()
    assert.equal((await take({}, 'elsewhere')).granted, true)
  })

  test('a refusal does not push the next slot further away', async () => {
    await take()
    const [first] = await vigie.query('select next_allowed_at::text as at from public.egress_status')
    await take()
    const [second] = await vigie.query('select next_allowed_at::text as at from public.egress_status')
    assert.deepEqual(second, first)
  })

  test('a banned address gets nothing until its ban ends', async () => {
    await effect({ kind: 'ban', ms: 1_800_000, longestMs: 1_800_000, reason: '403' })
    const banned = await take()
    assert.ok(!banned.granted && banned.reason === 'banned')
    assert.equal(banned.banReason, '403')
    const leftMs = Date.parse(banned.until) - Date.now()
    assert.ok(leftMs > 1_700_000 && leftMs <= 1_800_000)
    await vigie.query('update public.egress_status set banned_until = now()')
    const slot = await take()
    assert.ok(slot.granted)
  })

  test('an address that rests is asked to wait for the end of the rest', async () => {
    await effect({ kind: 'rest', ms: 90_000 })
    const waitMs = waitOf(await take())
    assert.ok(waitMs > 85_000 && waitMs <= 90_000)
    await vigie.query('update public.egress_status set resting_until = now()')
    assert.equal((await take()).granted, true)
  })

  test('without a word from the site a rest is a minute, then two, then four', async () => {
    for (const minutes of [1, 2, 4]) {
      await effect({ kind: 'rest', ms: 60_000, doubles: true })
      const waitMs = waitOf(await take())
      assert.ok(waitMs > minutes * 60_000 - 5_000 && waitMs <= minutes * 60_000, `${waitMs}`)
    }
  })

  test('a rest that is over does not shorten the gap', async () => {
    await take()
    await effect({ kind: 'rest', ms: 1 })
    assert.ok(waitOf(await take()) > GAP_MS - 5_000)
  })

  test('a slowed address keeps a longer gap', async () => {
    await effect({ kind: 'rest', ms: 0 })
    await effect({ kind: 'rest', ms: 0 })
    const slot = await take()
    assert.ok(slot.granted)
    assert.equal(slot.nextInMs, 4 * GAP_MS)
  })

  test('an effect of kind none changes nothing', async () => {
    await effect({ kind: 'none' })
    assert.equal((await take()).granted, true)
  })

  test('an item is granted to the attempt it is planned for, and counts its requests', async () => {
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1 })
    const item = { run_id: run.runId, search_key: 'a-search', attempt: 1 }
    assert.equal((await take(item)).granted, true)
    await gapIsOver()
    assert.equal((await take(item)).granted, true)
    waitOf(await take(item))
    const requests = async () => (await vigie.call('read_run_items', { run_id: run.runId }))[0]?.requests
    assert.equal(await requests(), 2)
    await plan(vigie, run, { attempt: 2, workerId: 'worker-us' })
    assert.deepEqual(await take(item), { granted: false, reason: 'superseded' })
    assert.equal((await take({ ...item, attempt: 2 }, 'elsewhere')).granted, true)
    assert.equal(await requests(), 3)
  })

  test('an item that is recorded, or that was never planned, is superseded', async () => {
    const run = await beginOwn(vigie)
    const item = { run_id: run.runId, search_key: 'a-search', attempt: 1 }
    assert.deepEqual(await take(item), { granted: false, reason: 'superseded' })
    await plan(vigie, run, { attempt: 1 })
    await record(vigie, { ...checkOf([1], []), runId: run.runId, attempt: 1 })
    assert.deepEqual(await take(item), { granted: false, reason: 'superseded' })
  })

  test('a ban is announced once when it begins and once when it ends', async () => {
    assert.deepEqual(await vigie.call('announce_bans', {}), { begun: [], ended: [] })
    await effect({ kind: 'ban', ms: 60_000, longestMs: 60_000, reason: '403' })
    const { begun } = await vigie.call('announce_bans', {})
    assert.deepEqual(
      begun.map(({ egress, reason }) => [egress, reason]),
      [['home', '403']],
    )
    assert.deepEqual(await vigie.call('announce_bans', {}), { begun: [], ended: [] })
    await vigie.query('update public.egress_status set banned_until = now()')
    assert.deepEqual(await vigie.call('announce_bans', {}), { begun: [], ended: ['home'] })
    assert.deepEqual(await vigie.call('announce_bans', {}), { begun: [], ended: [] })
  })

  describe('the rows of the workers', () => {
    const worker = (id: string) => ({ id, name: id.slice(-2).toUpperCase(), region: 'cdg', url: `http://${id}` })
    const configure = (...ids: string[]) => vigie.call('configure_workers', { workers: ids.map(worker) })
    const health = (healthy: boolean, more: { error?: string; egress?: string; after?: number } = {}) =>
      vigie.call('record_health', {
        worker_id: 'worker-fr',
        healthy,
        error: more.error ?? null,
        unhealthy_after: more.after ?? 1,
        egress: more.egress ?? null,
      })
    const fleet = async () => (await vigie.call('read_fleet', {})).workers
    const fr = async () => (await fleet()).find(({ id }) => id === 'worker-fr')

    test('a configured worker is unhealthy until it has answered, and its own address until it names another', async () => {
      await configure('worker-fr', 'worker-us')
      assert.deepEqual(
        (await fleet()).map(({ id, isHealthy, egress }) => [id, isHealthy, egress]),
        [
          ['worker-fr', false, 'worker-fr'],
          ['worker-us', false, 'worker-us'],
        ],
      )
      await health(true, { egress: 'home' })
      assert.deepEqual([(await fr())?.isHealthy, (await fr())?.egress], [true, 'home'])
      await health(true)
      assert.equal((await fr())?.egress, 'home')
    })

    test('counters survive a new configuration; a worker that left it is not read, and comes back as it was', async () => {
      await configure('worker-fr', 'worker-us')
      await vigie.call('count_command', { worker_id: 'worker-fr', ok: true, error: null })
      await vigie.call('count_command', { worker_id: 'worker-fr', ok: false, error: 'lost' })
      await configure('worker-us')
      assert.deepEqual(
        (await fleet()).map(({ id }) => id),
        ['worker-us'],
      )
      await configure('worker-fr')
      const row = await fr()
      assert.deepEqual([row?.requestCount, row?.successCount, row?.errorCount, row?.lastError], [2, 1, 1, 'lost'])
    })

    test('an empty configuration leaves no worker', async () => {
      await configure('worker-fr')
      await configure()
      assert.deepEqual(await fleet(), [])
    })

    test('a worker turns unhealthy after as many failures as configured, and healthy after one success', async () => {
      await configure('worker-fr')
      await health(true)
      await health(false, { after: 2, error: 'timeout' })
      assert.equal((await fr())?.isHealthy, true)
      await health(false, { after: 2, error: 'timeout' })
      assert.deepEqual([(await fr())?.isHealthy, (await fr())?.lastError], [false, 'timeout'])
      await health(true)
      assert.equal((await fr())?.isHealthy, true)
    })

    test('bans and rests of the address are read with the worker while they last', async () => {
      await configure('worker-fr')
      await health(true, { egress: 'home' })
      await effect({ kind: 'ban', ms: 60_000, longestMs: 60_000, reason: '403' })
      await effect({ kind: 'rest', ms: 60_000 })
      const banned = await fr()
      assert.equal(banned?.banReason, '403')
      assert.ok(banned.bannedUntil !== null && banned.restingUntil !== null)
      await vigie.query('update public.egress_status set banned_until = now(), resting_until = now()')
      const free = await fr()
      assert.deepEqual([free?.bannedUntil, free?.banReason, free?.restingUntil], [null, null, null])
    })

    test('the cursor of the rotation is remembered', async () => {
      await vigie.call('set_round_robin_cursor', { worker_id: 'worker-us' })
      assert.equal((await vigie.call('read_fleet', {})).cursor, 'worker-us')
    })
  })
})
