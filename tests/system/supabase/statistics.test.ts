import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { timeZones } from '../../../main-worker/people/read-profile.ts'
import { hashOf } from '../../../main-worker/people/codes.ts'
import { checkOf, failedCheck, makeAlert, record } from '../../support/supabase/checks.ts'
import { deliverAll } from '../../support/supabase/messages.ts'
import { beginOwn, finish, plan, summaryOf } from '../../support/supabase/runs.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('what the pages read', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const search = (key: string) => ({ key, canonical: `fr?search_text=${key}`, market: 'fr' })
  /** A run of `minutes` ago, whatever became of it. */
  const pastRun = async (minutes: number, status = 'done', summary: object = {}): Promise<string> => {
    const id = randomUUID()
    await vigie.query(
      `insert into public.alert_runs (id, status, trigger, fence, started_at, finished_at, summary)
       values ($1, $2, 'clock', 0, now() - $3 * interval '1 minute', now() - $3 * interval '1 minute', $4::text::jsonb)`,
      [id, status, minutes, JSON.stringify({ ...summaryOf(id), ...summary })],
    )
    return id
  }

  describe('the list of runs', () => {
    test('skipped ticks are counted where they were, with the newest reason', async () => {
      const oldest = await pastRun(50)
      for (const minutes of [40, 30]) await pastRun(minutes, 'skipped', { reason: `at ${minutes}` })
      const newest = await pastRun(20)
      await pastRun(10, 'skipped', { reason: 'paused' })
      const { runs, skippedSince, hasMore } = await vigie.call('page_runs', { most: 10 })
      assert.deepEqual(
        runs.map(({ runId, skippedBefore }) => [runId, skippedBefore.count, skippedBefore.reason]),
        [
          [newest, 2, 'at 30'],
          [oldest, 0, null],
        ],
      )
      assert.deepEqual([skippedSince, hasMore], [{ count: 1, reason: 'paused' }, false])
    })

    test('pages follow each other without a gap or a repeat, also for runs of one moment', async () => {
      for (let minutes = 1; minutes <= 5; minutes += 1) await pastRun(minutes)
      await vigie.query(`update public.alert_runs set started_at = now()`)
      const seen: string[] = []
      for (let before: string | null = null; ; before = seen.at(-1) ?? null) {
        const page: Awaited<ReturnType<typeof vigie.call<'page_runs'>>> = await vigie.call('page_runs', {
          most: 2,
          before,
        })
        seen.push(...page.runs.map(({ runId }) => runId))
        if (!page.hasMore) break
      }
      assert.equal(new Set(seen).size, 5)
      assert.equal(seen.length, 5)
    })

    test('a fleet that only ever skipped has no run, and says how often', async () => {
      await pastRun(5, 'skipped')
      const { runs, skippedSince } = await vigie.call('page_runs', { most: 10 })
      assert.deepEqual([runs.length, skippedSince.count], [0, 1])
    })
  })

  describe('one run', () => {
    const read = async (runId: string, show: 'all' | 'problems' | 'finds' = 'all', page = 0, most = 10) => {
      const run = await vigie.call('read_run', { run_id: runId, show, page, most })
      assert.ok(run)
      return run
    }

    test('what failed comes first, then finds, then the rest, and what waits is last', async () => {
      const run = await beginOwn(vigie)
      const names = ['served', 'found', 'refused', 'waits']
      for (const name of names) {
        const alert = await makeAlert(vigie, { name })
        if (name === 'found') await record(vigie, checkOf([1], [alert], { search: search(name) }))
        await plan(vigie, run, { key: name, attempt: 1, alerts: [alert] })
        const options = { search: search(name), runId: run.runId, attempt: 1 }
        if (name === 'served') await record(vigie, checkOf([1], [alert], options))
        if (name === 'found') await record(vigie, checkOf([2, 1], [alert], options))
        if (name === 'refused') await record(vigie, failedCheck('blocked', [alert], options))
      }
      const { alerts, counts, searches } = await read(run.runId)
      assert.deepEqual(
        alerts.map(({ name, verdict }) => [name, verdict]),
        [
          ['refused', 'blocked'],
          ['found', 'ok'],
          ['served', 'ok'],
          ['waits', null],
        ],
      )
      assert.deepEqual(counts, { all: 4, problems: 1, finds: 1, open: 1 })
      assert.equal(searches.length, 4)
      const namesOf = async (show: 'problems' | 'finds') => (await read(run.runId, show)).alerts.map(({ name }) => name)
      assert.deepEqual([await namesOf('problems'), await namesOf('finds')], [['refused'], ['found']])
      assert.deepEqual(
        (await read(run.runId, 'all', 1, 3)).alerts.map(({ name }) => name),
        ['waits'],
      )
    })

    test('a refusal leads to what the site answered, also where another region served the search later', async () => {
      const evidence = {
        workerId: 'worker-fr',
        market: 'fr',
        verdict: 'blocked',
        httpStatus: 403,
        headers: {},
        body: 'no',
      }
      const alert = await makeAlert(vigie)
      await vigie.call('configure_workers', {
        workers: [{ id: 'worker-fr', name: 'FR', region: 'cdg', url: 'http://fr' }],
      })
      const run = await beginOwn(vigie)
      await plan(vigie, run, { attempt: 1, alerts: [alert] })
      const evidenceId = await vigie.call('save_evidence', {
        evidence: { ...evidence, screenshot: null, fingerprint: 'a' },
      })
      const effect = { kind: 'ban', ms: 1_000, longestMs: 1_000, reason: 'HTTP 403' } as const
      await record(vigie, failedCheck('blocked', [alert], { runId: run.runId, attempt: 1, effect }))
      assert.equal((await read(run.runId)).alerts[0]?.evidenceId, evidenceId)
      await plan(vigie, run, { attempt: 2, workerId: 'worker-us', alerts: [alert] })
      await record(vigie, checkOf([1], [alert], { runId: run.runId, attempt: 2, workerId: 'worker-us' }))
      const { alerts, refusals } = await read(run.runId)
      assert.equal(alerts[0]?.evidenceId, null)
      assert.deepEqual(
        refusals.map(({ workerId, verdict, evidenceId }) => [workerId, verdict, evidenceId]),
        [['worker-fr', 'blocked', evidenceId]],
      )
    })

    test('an alert that was deleted keeps its outcome without a name; an unknown run is null', async () => {
      const alert = await makeAlert(vigie)
      const run = await beginOwn(vigie)
      await plan(vigie, run, { attempt: 1, alerts: [alert] })
      await finish(vigie, run)
      await vigie.call('delete_alert', { id: alert.id })
      assert.equal((await read(run.runId)).alerts[0]?.name, null)
      assert.equal(await vigie.call('read_run', { run_id: randomUUID(), show: 'all', page: 0, most: 1 }), null)
    })
  })

  describe('statistics', () => {
    const share = (id: string, alertsAssigned: number, alertsChecked: number) => ({ id, alertsAssigned, alertsChecked })

    test('count what cycles asked, found and delivered, and what each region did of its share', async () => {
      const alert = await makeAlert(vigie)
      await record(vigie, checkOf([1], [alert]))
      const run = await beginOwn(vigie)
      await plan(vigie, run, { attempt: 1, alerts: [alert] })
      await record(vigie, checkOf([3, 2, 1], [alert], { runId: run.runId, attempt: 1 }))
      await vigie.query('update public.run_items set requests = 4')
      await finish(vigie, run)
      await deliverAll(vigie)
      await vigie.query(`update public.outbox set created_at = settled_at - interval '10 seconds' where kind = 'find'`)
      await vigie.query(`update public.outbox set created_at = settled_at - interval '30 seconds' where item_id = 3`)
      await vigie.query('update public.alert_matches set listed_after = found_at')
      for (const checked of [4, 2]) await pastRun(0, 'partial', { workers: [share('worker-fr', 4, checked)] })
      const { totals, steps } = await vigie.call('read_statistics', { hours: 24, step_minutes: 60 })
      const { cycles, finds, delivered, searches, ok, refused, requests, p50S, p95S } = totals
      assert.deepEqual([cycles, finds, delivered, searches, ok, refused, requests], [3, 2, 2, 1, 1, 0, 4])
      assert.deepEqual([p50S, p95S], [20, 30])
      assert.equal(steps.length, 24)
      const regions = steps.flatMap(({ regions }) => Object.entries(regions))
      const all = regions.reduce((sum, [, { assigned, checked }]) => [sum[0]! + assigned, sum[1]! + checked], [0, 0])
      assert.deepEqual(all, [8, 6])
    })

    test('what is older than the span is not in it, and an empty database has every step', async () => {
      await pastRun(25 * 60, 'done', { workers: [share('worker-fr', 4, 4)] })
      const { totals, steps } = await vigie.call('read_statistics', { hours: 24, step_minutes: 60 })
      assert.deepEqual([totals.cycles, totals.p50S, steps.length], [0, null, 24])
      assert.equal((await vigie.call('read_statistics', { hours: 336, step_minutes: 360 })).totals.cycles, 1)
    })
  })

  test('sessions are read with the markets of active alerts', async () => {
    await makeAlert(vigie)
    await makeAlert(vigie, { market: 'nl', isActive: false })
    assert.deepEqual((await vigie.call('read_session_table', {})).markets, ['fr'])
  })

  describe('the code of the owner', () => {
    const make = (code: string, ttlMs = 60_000) =>
      vigie.call('create_owner_code', { code_hash: hashOf(code), ttl_ms: ttlMs })
    const start = (code: string, chatId: string) =>
      vigie.call('use_owner_code', { code_hash: hashOf(code), chat_id: chatId })

    test('makes a chat theirs once, and another one moves it later', async () => {
      await make('ABCDEFGH')
      assert.equal((await start('ABCDEFGH', 'chat-7'))?.role, 'owner')
      assert.equal(await vigie.call('get_owner_chat', {}), 'chat-7')
      assert.equal(await start('ABCDEFGH', 'chat-8'), null)
      await make('HGFEDCBA')
      await start('HGFEDCBA', 'chat-8')
      assert.equal(await vigie.call('get_owner_chat', {}), 'chat-8')
    })

    test('a newer one voids it, and so does time', async () => {
      await make('ABCDEFGH')
      await make('HGFEDCBA', -1)
      assert.deepEqual([await start('ABCDEFGH', 'chat-7'), await start('HGFEDCBA', 'chat-7')], [null, null])
    })
  })

  test('the database takes every time zone that the page offers', async () => {
    const sql = `select count(*)::int as count from unnest($1::text[]) zone where now() at time zone zone is not null`
    const [known] = await vigie.query<{ count: number }>(sql, [timeZones])
    assert.equal(known?.count, timeZones.length)
  })
})
