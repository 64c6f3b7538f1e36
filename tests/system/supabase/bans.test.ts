import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import type { EgressEffect } from '../../../shared/database/fleet.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

const MINUTE = 60_000
const BAN: EgressEffect = { kind: 'ban', ms: 30 * MINUTE, longestMs: 120 * MINUTE, reason: '403' }
const GAP_MS = 20_000

describe('bans, pauses and the pace in the database', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const effect = (effect: EgressEffect) => vigie.call('apply_egress_effect', { egress: 'home', effect })
  const take = () => vigie.call('take_slot', { egress: 'home', gap_ms: GAP_MS })
  const banMinutes = async (): Promise<number> => {
    const [row] = await vigie.query<{ minutes: number }>(
      `select round(extract(epoch from banned_until - clock_timestamp()) / 60)::int as minutes from public.egress_status`,
    )
    return row?.minutes ?? 0
  }
  /** The ban ended that long ago, and main has seen it. */
  const banEnded = async (minutesAgo: number): Promise<void> => {
    await vigie.query(`update public.egress_status set banned_until = now() - $1 * interval '1 minute'`, [minutesAgo])
    await vigie.call('announce_bans', {})
  }

  const table: [
    behaviour: string,
    base: number,
    longest: number,
    last: number | null,
    backMin: number | null,
    ms: number,
  ][] = [
    ['a first ban is as long as configured', 30, 120, null, null, 30],
    ['a repeat within two hours of its return doubles it', 30, 120, 30, 10, 60],
    ['and again, up to the longest', 30, 120, 60, 10, 120],
    ['never beyond it', 30, 120, 120, 10, 120],
    ['a repeat after two hours starts anew', 30, 120, 120, 121, 30],
    ['without a longer limit it stays as it is', 30, 30, 30, 10, 30],
    ['a limit below the duration is none', 30, 5, 30, 10, 30],
  ]
  for (const [behaviour, base, longest, last, backMin, expected] of table) {
    test(behaviour, async () => {
      const [row] = await vigie.query<{ ms: number }>(
        `select public.next_ban_ms($1::float8, $2::float8, $3::float8, now() - $4 * interval '1 minute', now()) as ms`,
        [base, longest, last, backMin],
      )
      assert.equal(row?.ms, expected)
    })
  }

  test('a repeat soon after the return doubles the ban, whether or not main has seen the return', async () => {
    await effect(BAN)
    assert.equal(await banMinutes(), 30)
    await banEnded(5)
    await effect(BAN)
    assert.equal(await banMinutes(), 60)
    await vigie.query(`update public.egress_status set banned_until = now() - interval '5 minutes'`)
    await effect(BAN)
    assert.equal(await banMinutes(), 120)
    await banEnded(121)
    await effect(BAN)
    assert.equal(await banMinutes(), 30)
  })

  test('an answer that was on its way when the ban began does not count as a repeat', async () => {
    await effect(BAN)
    await effect(BAN)
    assert.equal(await banMinutes(), 30)
  })

  test('a refusal is kept with its search and the end of its ban', async () => {
    await effect({ ...BAN, searchKey: 's' })
    const [refusal, ...more] = await vigie.call('read_refusals', {})
    assert.deepEqual([refusal?.egress, refusal?.searchKey, more.length], ['home', 's', 0])
    const minutes = (Date.parse(refusal?.until ?? '') - Date.parse(refusal?.at ?? '')) / MINUTE
    assert.ok(Math.abs(minutes - 30) < 0.1)
  })

  test('no sequence of answers makes the pace faster than configured, or ends a ban early', async () => {
    const any = fc.oneof(
      fc.constant<EgressEffect>({ kind: 'good' }),
      fc.constant<EgressEffect>({ kind: 'none' }),
      fc.record({ kind: fc.constant('rest' as const), ms: fc.nat(90_000) }),
      fc.record({ kind: fc.constant('rest' as const), ms: fc.nat(90_000), doubles: fc.constant(true as const) }),
      fc.record({
        kind: fc.constant('ban' as const),
        ms: fc.nat(60_000),
        longestMs: fc.nat(90_000),
        reason: fc.constant('403'),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 12 }), async (effects) => {
        await vigie.reset()
        let until = ''
        for (const each of effects) {
          await effect(each)
          const [row] = await vigie.query<{ until: string | null }>(
            `select to_char(banned_until, 'YYYY-MM-DD HH24:MI:SS.US') as until from public.egress_status`,
          )
          assert.ok((row?.until ?? '') >= until, 'a ban became shorter')
          until = row?.until ?? ''
        }
        await vigie.query(
          'update public.egress_status set banned_until = null, resting_until = null, next_allowed_at = now()',
        )
        const slot = await take()
        assert.ok(slot.granted && slot.nextInMs >= GAP_MS)
        const again = await take()
        assert.ok(!again.granted && again.reason === 'wait')
      }),
      { numRuns: 25 },
    )
  })

  test('a paused fleet gives no slot to anybody, until its end or until somebody resumes it', async () => {
    await vigie.call('pause_fleet', { cause: 'owner', reason: 'holiday', until: null })
    const refused = await take()
    assert.deepEqual(refused, { granted: false, reason: 'paused', until: null, pauseReason: 'holiday' })
    assert.equal(await vigie.call('resume_fleet', {}), true)
    assert.equal(await vigie.call('resume_fleet', {}), false)
    assert.equal((await take()).granted, true)
  })

  test('a pause because of refusals never replaces one by the owner', async () => {
    await vigie.call('pause_fleet', { cause: 'owner', reason: 'holiday', until: null })
    const until = new Date(Date.now() + MINUTE).toISOString()
    assert.equal(await vigie.call('pause_fleet', { cause: 'refused', reason: 'all of them', until }), false)
    assert.equal((await vigie.call('read_fleet', {})).pause?.reason, 'holiday')
  })

  test('after a pause because of refusals the fleet is on trial until a good answer', async () => {
    await vigie.call('pause_fleet', { cause: 'refused', reason: 'all', until: new Date(Date.now() - 1).toISOString() })
    const onTrial = await vigie.call('read_fleet', {})
    assert.deepEqual([onTrial.pause, onTrial.isTrial], [null, true])
    assert.equal((await take()).granted, true)
    await effect({ kind: 'none' })
    assert.equal((await vigie.call('read_fleet', {})).isTrial, true)
    await effect({ kind: 'good' })
    assert.equal((await vigie.call('read_fleet', {})).isTrial, false)
  })

  test('by hand a ban ends now, and counts no longer against its search', async () => {
    const address = { id: 'worker-fr', name: 'FR', region: 'cdg', url: 'https://fr.example' }
    await vigie.call('configure_workers', { workers: [address] })
    const mine = (effect: EgressEffect) => vigie.call('apply_egress_effect', { egress: 'worker-fr', effect })
    await mine({ ...BAN, searchKey: 's' })
    assert.equal(await vigie.call('unban_worker', { worker_id: 'worker-fr' }), true)
    assert.equal(await vigie.call('unban_worker', { worker_id: 'worker-xx' }), false)
    const { workers } = await vigie.call('read_fleet', {})
    assert.equal(workers[0]?.bannedUntil, null)
    assert.deepEqual(await vigie.call('read_refusals', {}), [])
    assert.deepEqual((await vigie.call('announce_bans', {})).ended, ['worker-fr'])
  })

  test('a worker drains and resumes by hand', async () => {
    const address = { id: 'worker-fr', name: 'FR', region: 'cdg', url: 'https://fr.example' }
    await vigie.call('configure_workers', { workers: [address] })
    for (const is_draining of [true, false]) {
      assert.equal(await vigie.call('set_draining', { worker_id: 'worker-fr', is_draining }), true)
      assert.equal((await vigie.call('read_fleet', {})).workers[0]?.isDraining, is_draining)
    }
    assert.equal(await vigie.call('set_draining', { worker_id: 'worker-xx', is_draining: true }), false)
  })
})
