import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Alert } from '../../../shared/contracts/alert.ts'
import type { CheckInput } from '../../../shared/database/checks.ts'
import { checkOf, failedCheck, makeAlert, record } from '../../support/supabase/checks.ts'
import { deliverAll, deliverInWords } from '../../support/supabase/messages.ts'
import { beginOwn, plan } from '../../support/supabase/runs.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

/** Seconds left: a busy machine takes some of them before it looks. */
const isAbout = (left: unknown, seconds: number): boolean =>
  typeof left === 'number' && left <= seconds && left > seconds - 15

const BAN_MS = 1_800_000

describe('record_check, what it refuses to record and what it keeps', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const withBaseline = async (page: number[], fields: Record<string, unknown> = {}): Promise<Alert> => {
    const alert = await makeAlert(vigie, fields)
    await record(vigie, checkOf(page, [alert]))
    await deliverAll(vigie)
    return alert
  }
  const egress = async (name = 'worker-fr') => {
    const [row] = await vigie.query<{ bannedForS: number | null; reason: string | null; bans: number; slow: string }>(
      `select round(extract(epoch from banned_until - now()))::int as "bannedForS", ban_reason as reason,
         ban_count as bans, slow_factor::text as slow from public.egress_status where egress = $1`,
      [name],
    )
    return row
  }
  const runRow = async (runId: string, alert: Alert) => {
    const run = await vigie.call('get_run', { run_id: runId })
    return run?.alerts.find(({ alertId }) => alertId === alert.id)
  }

  test('in a run the same call repeated gets the same answer and changes nothing', async () => {
    const alert = await withBaseline([1])
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    const check: CheckInput = {
      ...checkOf([3, 2, 1], [alert]),
      runId: run.runId,
      attempt: 1,
      effect: { kind: 'ban', ms: BAN_MS, longestMs: BAN_MS, reason: '403' },
    }
    const first = await record(vigie, check)
    const second = await record(vigie, check)
    assert.deepEqual(second, first)
    assert.deepEqual(first.alerts[0]?.newIds, [3, 2])
    assert.equal((await egress())?.bans, 1)
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)', 'find 3 (Robes)'])
  })

  test('a recorded search fills in the run: verdict, counts, worker', async () => {
    const alert = await withBaseline([1])
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    await record(vigie, { ...checkOf([2, 1], [alert], { takes: (_, id) => id === 2 }), runId: run.runId, attempt: 1 })
    const row = await runRow(run.runId, alert)
    assert.ok(row)
    assert.notEqual(row.checkedAt, null)
    assert.partialDeepStrictEqual(row, {
      alertId: alert.id,
      searchKey: 'a-search',
      workerId: 'worker-fr',
      verdict: 'ok',
      error: null,
      itemsChecked: 2,
      matches: 1,
      newMatches: 1,
      ms: 120,
      requests: 0,
    })
    const [item] = await vigie.call('read_run_items', { run_id: run.runId })
    assert.deepEqual([item?.state, item?.verdict], ['recorded', 'ok'])
  })

  test('an attempt that was planned anew records nothing but what the site said of the address', async () => {
    const alert = await withBaseline([1])
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    await plan(vigie, run, { attempt: 2, workerId: 'worker-us', alerts: [alert] })
    const late = await record(vigie, {
      ...checkOf([2, 1], [alert]),
      runId: run.runId,
      attempt: 1,
      effect: { kind: 'ban', ms: BAN_MS, longestMs: BAN_MS, reason: '403' },
    })
    assert.deepEqual(late, { recorded: false, alerts: [] })
    assert.deepEqual(await egress(), { bannedForS: 1800, reason: '403', bans: 1, slow: '1.000' })
    assert.deepEqual(await deliverInWords(vigie), [])
    const [item] = await vigie.call('read_run_items', { run_id: run.runId })
    assert.deepEqual([item?.state, item?.attempt], ['planned', 2])
    const now = await record(vigie, { ...checkOf([2, 1], [alert]), runId: run.runId, attempt: 2 })
    assert.deepEqual(now.alerts[0]?.newIds, [2])
  })

  test('a search that nobody planned in this run is not recorded', async () => {
    const alert = await withBaseline([1])
    const run = await beginOwn(vigie)
    const stray = await record(vigie, { ...checkOf([2, 1], [alert]), runId: run.runId, attempt: 1 })
    assert.equal(stray.recorded, false)
  })

  for (const [change, changes] of [
    ['got another search', { searchText: 'jupe' }],
    ['got another filter', { excludedWords: ['enfant'] }],
    ['was paused', { isActive: false }],
    ['was snoozed', { pausedUntil: '2099-01-01T00:00:00Z' }],
  ] as const) {
    test(`an alert that ${change} while it was checked gets no message of that check`, async () => {
      const alert = await withBaseline([1])
      const sibling = await withBaseline([1], { name: 'Jupes', chatId: 'chat-2' })
      const run = await beginOwn(vigie)
      await plan(vigie, run, { attempt: 1, alerts: [alert, sibling] })
      await vigie.call('update_alert', { id: alert.id, changes })
      const { alerts } = await record(vigie, { ...checkOf([2, 1], [alert, sibling]), runId: run.runId, attempt: 1 })
      assert.deepEqual(
        alerts.map(({ alertId }) => alertId),
        [sibling.id],
      )
      assert.deepEqual(await deliverInWords(vigie), ['find 2 (Jupes)'])
    })
  }

  test('an alert that was deleted while it was checked is left out', async () => {
    const alert = await withBaseline([1])
    await vigie.call('delete_alert', { id: alert.id })
    const { recorded, alerts } = await record(vigie, checkOf([2, 1], [alert]))
    assert.deepEqual([recorded, alerts], [true, []])
  })

  test('an alert that only got another name is recorded all the same', async () => {
    const alert = await withBaseline([1])
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    await vigie.call('update_alert', { id: alert.id, changes: { name: 'Robes longues' } })
    await record(vigie, { ...checkOf([2, 1], [alert]), runId: run.runId, attempt: 1 })
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes longues)'])
  })

  test('a resumed run that plans an alert anew records it as it is now', async () => {
    const alert = await withBaseline([1])
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    await vigie.call('update_alert', { id: alert.id, changes: { excludedWords: ['enfant'] } })
    await plan(vigie, run, { attempt: 2, alerts: [{ id: alert.id, revision: 2 }] })
    const { alerts } = await record(vigie, { ...checkOf([2, 1], [alert]), runId: run.runId, attempt: 2 })
    assert.deepEqual(alerts[0]?.newIds, [2])
  })

  test('a refused search parks its alerts with the reason', async () => {
    const alert = await withBaseline([1])
    await record(vigie, failedCheck('bad-search', [alert]))
    const parked = await vigie.call('get_alert', { id: alert.id })
    assert.deepEqual([parked?.parkedReason, parked?.parkedUntil], ['said bad-search', null])
    assert.deepEqual(await vigie.call('list_due_alerts', {}), [])
  })

  test('a refused search does not park an alert that meanwhile searches for something else', async () => {
    const alert = await withBaseline([1])
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [alert] })
    await vigie.call('update_alert', { id: alert.id, changes: { searchText: 'jupe' } })
    await record(vigie, failedCheck('bad-search', [alert], { runId: run.runId, attempt: 1 }))
    assert.equal((await vigie.call('get_alert', { id: alert.id }))?.parkedReason, null)
  })

  test('a good check ends the parking', async () => {
    const alert = await withBaseline([1])
    await record(vigie, failedCheck('bad-search', [alert]))
    await record(vigie, checkOf([1], [alert]))
    assert.equal((await vigie.call('get_alert', { id: alert.id }))?.parkedReason, null)
  })

  test('an answer that is no page leaves seen rows, messages and the last good check as they were', async () => {
    const alert = await withBaseline([1])
    const before = await vigie.call('get_alert', { id: alert.id })
    for (const verdict of ['blocked', 'throttled', 'upstream-error', 'session-expired', 'wrong-market'])
      await record(vigie, failedCheck(verdict, [alert]))
    assert.deepEqual(await vigie.call('get_alert', { id: alert.id }), before)
    await record(vigie, checkOf([2, 1], [alert]))
    assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)'])
  })

  test('a ban lasts as long as it says, and a later, shorter one does not shorten it', async () => {
    const ban = (ms: number) =>
      record(vigie, failedCheck('blocked', [], { effect: { kind: 'ban', ms, longestMs: ms, reason: '403' } }))
    await ban(BAN_MS)
    await ban(1_000)
    assert.ok(isAbout((await egress())?.bannedForS, 1800))
    await ban(2 * BAN_MS)
    assert.ok(isAbout((await egress())?.bannedForS, 3600))
  })

  test('a rest slows the pace down, good answers win it back', async () => {
    const effect = async (check: Partial<CheckInput>, times: number): Promise<string | undefined> => {
      for (let done = 0; done < times; done += 1) await record(vigie, { ...checkOf([], []), ...check })
      return (await egress())?.slow
    }
    assert.equal(await effect({ effect: { kind: 'rest', ms: 5_000 } }, 1), '2.000')
    assert.equal(await effect({ effect: { kind: 'rest', ms: 5_000 } }, 9), '8.000')
    assert.equal(await effect({}, 1), '7.600')
    assert.equal(await effect({}, 60), '1.000')
  })

  test('a longer rest is not shortened by a shorter one', async () => {
    for (const ms of [60_000, 1_000])
      await record(vigie, failedCheck('throttled', [], { effect: { kind: 'rest', ms } }))
    const [row] = await vigie.query(
      'select round(extract(epoch from resting_until - now()))::int as seconds from public.egress_status',
    )
    assert.ok(isAbout((row as { seconds: number }).seconds, 60))
  })

  test('the session that asked remembers its use and the verdict', async () => {
    const session = {
      market: 'fr',
      worker: 'worker-fr',
      userAgent: 'a browser',
      cookieNames: ['a'],
      sealedJar: 'sealed',
    }
    const sessionId = await vigie.call('save_session', {
      session: { ...session, source: 'http', renewAt: '2098-01-01T00:00:00Z', expiresAt: '2099-01-01T00:00:00Z' },
    })
    await record(vigie, checkOf([], [], { sessionId }))
    await record(vigie, failedCheck('session-expired', [], { sessionId }))
    const [row] = await vigie.call('list_sessions', {})
    assert.deepEqual([row?.useCount, row?.lastVerdict, row?.isUsable], [2, 'session-expired', false])
    assert.equal(await vigie.call('load_session', { market: 'fr', worker: 'worker-fr' }), null)
  })
})
