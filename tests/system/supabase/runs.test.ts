import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { DatabaseError } from '../../../shared/database/open-database.ts'
import { checkOf, failedCheck, makeAlert, record } from '../../support/supabase/checks.ts'
import { begin, beginOwn, finish, loseLease, plan, summaryOf } from '../../support/supabase/runs.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('runs and leases', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const lease = (holder: string, ttlMs = 15_000) =>
    vigie.call('acquire_lease', { name: 'leader', holder, ttl_ms: ttlMs })
  const isStale = (error: unknown): boolean =>
    error instanceof DatabaseError && error.isStale && error.httpStatus === 409 && error.code === 'PT409'

  test('a lease is held by one, whose token stays while it renews', async () => {
    assert.deepEqual(await lease('main-1'), { acquired: true, holder: 'main-1', token: 1 })
    assert.deepEqual(await lease('main-1'), { acquired: true, holder: 'main-1', token: 1 })
    assert.deepEqual(await lease('main-2'), { acquired: false, holder: 'main-1', token: 1 })
  })

  test('an expired lease is taken over with a higher token', async () => {
    await lease('main-1')
    await loseLease(vigie, 'leader')
    assert.deepEqual(await lease('main-2'), { acquired: true, holder: 'main-2', token: 2 })
    assert.deepEqual(await lease('main-1'), { acquired: false, holder: 'main-2', token: 2 })
  })

  test('a holder that lets its lease expire and takes it again is a new one', async () => {
    await lease('main-1')
    await loseLease(vigie, 'leader')
    assert.deepEqual(await lease('main-1'), { acquired: true, holder: 'main-1', token: 2 })
  })

  test('a lease is released by its holder only', async () => {
    await lease('main-1')
    await vigie.call('release_lease', { name: 'leader', holder: 'main-2' })
    assert.equal((await lease('main-2')).acquired, false)
    await vigie.call('release_lease', { name: 'leader', holder: 'main-1' })
    assert.deepEqual(await lease('main-2'), { acquired: true, holder: 'main-2', token: 2 })
  })

  test('leases of other names are other leases', async () => {
    await lease('main-1')
    assert.equal((await begin(vigie, 'main-2')).kind, 'started')
  })

  test('the first to begin starts a run, the next one is told which runs', async () => {
    const runId = randomUUID()
    const started = await begin(vigie, 'main-1', { runId })
    assert.ok(started.kind === 'started')
    assert.deepEqual([started.run.runId, started.run.status, started.run.trigger], [runId, 'running', 'test'])
    const running = await begin(vigie, 'main-2')
    assert.ok(running.kind === 'running')
    assert.deepEqual([running.run?.runId, running.holder], [runId, 'main-1'])
  })

  test('a run whose holder is lost is resumed under a higher token, not started anew', async () => {
    const first = await beginOwn(vigie)
    await loseLease(vigie)
    const resumed = await begin(vigie, 'main-2')
    assert.ok(resumed.kind === 'resumed')
    assert.equal(resumed.run.runId, first.runId)
    assert.ok(resumed.token > first.token)
  })

  test('a finished run frees the cycle for the next', async () => {
    const first = await beginOwn(vigie)
    await finish(vigie, first)
    const second = await begin(vigie, 'main-2')
    assert.equal(second.kind, 'started')
    const run = await vigie.call('get_run', { run_id: first.runId })
    assert.deepEqual([run?.status, run?.summary], ['done', summaryOf(first.runId)])
    assert.notEqual(run?.finishedAt, null)
  })

  test('a key leads to its run while it runs, and knows it afterwards', async () => {
    const started = await begin(vigie, 'main-1', { key: 'k' })
    assert.ok(started.kind === 'started')
    const running = await begin(vigie, 'main-2', { key: 'k' })
    assert.ok(running.kind === 'running')
    assert.equal(running.run?.runId, started.run.runId)
    await finish(vigie, { runId: started.run.runId, token: started.token })
    const known = await begin(vigie, 'main-2', { key: 'k' })
    assert.ok(known.kind === 'known')
    assert.deepEqual([known.run.runId, known.run.status], [started.run.runId, 'done'])
    assert.equal((await begin(vigie, 'main-2', { key: 'another' })).kind, 'started')
  })

  test('a key that joined a running cycle knows that cycle afterwards', async () => {
    const run = await beginOwn(vigie)
    await begin(vigie, 'main-2', { key: 'joined' })
    await finish(vigie, run)
    const known = await begin(vigie, 'main-2', { key: 'joined' })
    assert.ok(known.kind === 'known')
    assert.equal(known.run.runId, run.runId)
  })

  test('a key stays with the first run it was tied to', async () => {
    const first = await beginOwn(vigie)
    const tie = (runId: string) => vigie.call('bind_run_key', { idempotency_key: 'k', run_id: runId })
    assert.equal((await tie(first.runId)).runId, first.runId)
    await finish(vigie, first)
    const second = await beginOwn(vigie)
    assert.equal((await tie(second.runId)).runId, first.runId)
  })

  test('whoever lost the cycle can write nothing to its run: 409 STALE_RUN', async () => {
    const alert = await makeAlert(vigie)
    const stale = await beginOwn(vigie)
    await loseLease(vigie)
    const run = await beginOwn(vigie, 'main-2')
    await assert.rejects(plan(vigie, stale, { attempt: 1 }), isStale)
    await assert.rejects(finish(vigie, stale), isStale)
    const parking = { run_id: stale.runId, alert_ids: [alert.id], reason: 'refused', until: null }
    await assert.rejects(vigie.call('park_alerts', { ...parking, token: stale.token }), isStale)
    assert.deepEqual(await plan(vigie, run, { attempt: 1 }), ['a-search'])
  })

  test('a finished run takes no more plans, and is not finished twice', async () => {
    const run = await beginOwn(vigie)
    await finish(vigie, run)
    await assert.rejects(plan(vigie, run, { attempt: 1 }), isStale)
    await assert.rejects(finish(vigie, run), isStale)
  })

  test('a higher attempt takes an item away, an equal or lower one does not', async () => {
    const run = await beginOwn(vigie)
    assert.deepEqual(await plan(vigie, run, { attempt: 2, workerId: 'worker-fr' }), ['a-search'])
    assert.deepEqual(await plan(vigie, run, { attempt: 2, workerId: 'worker-us' }), [])
    assert.deepEqual(await plan(vigie, run, { attempt: 1, workerId: 'worker-us' }), [])
    assert.deepEqual(await plan(vigie, run, { attempt: 3, workerId: 'worker-nl' }), ['a-search'])
    const items = await vigie.call('read_run_items', { run_id: run.runId })
    assert.deepEqual(items, [
      { searchKey: 'a-search', workerId: 'worker-nl', attempt: 3, state: 'planned', verdict: null, requests: 0 },
    ])
  })

  test('what has a good result stays, what was refused may be planned again', async () => {
    const alert = await makeAlert(vigie)
    const run = await beginOwn(vigie)
    const again = (attempt: number) => plan(vigie, run, { attempt, alerts: [alert] })
    await again(1)
    await record(vigie, failedCheck('blocked', [alert], { runId: run.runId, attempt: 1 }))
    assert.deepEqual(await again(2), ['a-search'])
    await record(vigie, { ...checkOf([1], [alert]), runId: run.runId, attempt: 2 })
    assert.deepEqual(await again(3), [])
    const [item] = await vigie.call('read_run_items', { run_id: run.runId })
    assert.deepEqual([item?.state, item?.verdict, item?.attempt], ['recorded', 'ok', 2])
  })

  test('one plan may give several searches to several workers; each alert appears in the run', async () => {
    const [one, two] = [await makeAlert(vigie), await makeAlert(vigie, { searchText: 'jupe' })]
    const run = await beginOwn(vigie)
    const planned = await plan(
      vigie,
      run,
      { key: 'a', attempt: 1, alerts: [one] },
      { key: 'b', attempt: 1, workerId: 'worker-us', alerts: [two] },
    )
    assert.deepEqual(planned.sort(), ['a', 'b'])
    const rows = (await vigie.call('get_run', { run_id: run.runId }))?.alerts ?? []
    assert.deepEqual(rows.map(({ searchKey, workerId, verdict }) => `${searchKey} ${workerId} ${verdict}`).sort(), [
      'a worker-fr null',
      'b worker-us null',
    ])
  })

  test('an alert whose search changed between two plans of a run moves to its new search', async () => {
    const alert = await makeAlert(vigie)
    const run = await beginOwn(vigie)
    await plan(vigie, run, { key: 'a', attempt: 1, alerts: [alert] })
    await plan(vigie, run, { key: 'b', attempt: 2, alerts: [{ id: alert.id, revision: 2 }] })
    const rows = (await vigie.call('get_run', { run_id: run.runId }))?.alerts ?? []
    assert.deepEqual(
      rows.map(({ alertId, searchKey }) => [alertId, searchKey]),
      [[alert.id, 'b']],
    )
  })

  test('parked alerts are not due until then, and a change by the user meanwhile keeps an alert going', async () => {
    const [parked, changed] = [await makeAlert(vigie), await makeAlert(vigie)]
    const run = await beginOwn(vigie)
    await plan(vigie, run, { attempt: 1, alerts: [parked, changed] })
    await vigie.call('update_alert', { id: changed.id, changes: { searchText: 'jupe' } })
    await vigie.call('park_alerts', {
      run_id: run.runId,
      token: run.token,
      alert_ids: [parked.id, changed.id],
      reason: 'refused',
      until: '2099-01-01T00:00:00Z',
    })
    const due = async () => (await vigie.call('list_due_alerts', {})).map(({ alert }) => alert.id)
    assert.deepEqual(await due(), [changed.id])
    await vigie.query(`update public.alerts set parked_until = now() where id = $1`, [parked.id])
    assert.deepEqual((await due()).sort(), [parked.id, changed.id].sort())
  })

  test('due alerts come oldest check first, those without a baseline before all', async () => {
    const ids: string[] = []
    for (const age of ['1 minute', '1 hour', null]) {
      const { id } = await makeAlert(vigie)
      ids.push(id)
      await vigie.query('update public.alerts set last_checked_at = now() - $2::interval where id = $1', [id, age])
    }
    await makeAlert(vigie, { isActive: false })
    await makeAlert(vigie, { pausedUntil: '2099-01-01T00:00:00Z' })
    const due = await vigie.call('list_due_alerts', {})
    assert.deepEqual(
      due.map(({ alert }) => alert.id),
      ids.toReversed(),
    )
    assert.deepEqual(new Set(due.map(({ revision }) => revision)), new Set([1]))
  })

  test('a skipped tick leaves a row of its own and no running cycle', async () => {
    const runId = randomUUID()
    const tick = { run_id: runId, summary: { ...summaryOf(runId), status: 'skipped' as const } }
    await vigie.call('record_skipped_tick', tick)
    await vigie.call('record_skipped_tick', tick)
    assert.deepEqual(
      (await vigie.call('list_runs', { most: 10 })).map(({ runId, status }) => [runId, status]),
      [[runId, 'skipped']],
    )
    const { runningCycle, lastCycle } = await vigie.call('read_fleet_numbers', {})
    assert.deepEqual([runningCycle, lastCycle], [null, null])
    assert.equal((await begin(vigie, 'main-1')).kind, 'started')
  })

  test('runs are listed newest first, as many as asked for; an unknown run is null', async () => {
    const ids: string[] = []
    for (let made = 0; made < 3; made += 1) {
      const run = await beginOwn(vigie)
      await finish(vigie, run)
      ids.unshift(run.runId)
    }
    const listed = await vigie.call('list_runs', { most: 2 })
    assert.deepEqual(
      listed.map(({ runId }) => runId),
      ids.slice(0, 2),
    )
    assert.equal(await vigie.call('get_run', { run_id: randomUUID() }), null)
  })
})
