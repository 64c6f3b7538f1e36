import assert from 'node:assert/strict'
import { isWorthRetrying } from '../../../shared/contracts/verdict.ts'
import type { Verdict } from '../../../shared/contracts/verdict.ts'
import { DatabaseError } from '../../../shared/database/open-database.ts'
import type { CheckInput } from '../../../shared/database/checks.ts'
import { checkOf, failedCheck, makeAlert, record } from '../../support/supabase/checks.ts'
import { begin, finish, loseLease, plan } from '../../support/supabase/runs.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import { MAINS, SEARCH_OF_ALERT } from './cycle-schedule.ts'
import type { Step } from './cycle-schedule.ts'

type Held = { runId: string; token: number }
/** A search as a worker was given it: it knows nothing of what happens to the item afterwards. */
type Task = Held & { key: string; attempt: number; alerts: { id: string; revision: number }[]; said: CheckInput | null }
/** What is true of an item: who has it, and what became of it. */
type Item = { attempt: number; verdict: string | null }

const SEARCHES = ['s0', 's1', 's2']

export async function createCycleWorld(vigie: VigieDatabase) {
  const alerts: string[] = []
  for (const search of SEARCH_OF_ALERT) alerts.push((await makeAlert(vigie, { searchText: `search ${search}` })).id)
  const mains = Array.from({ length: MAINS }, (_, place) => ({
    name: `main-${place}`,
    life: 0,
    held: null as Held | null,
  }))
  const tasks: Task[] = []
  const items = new Map<string, Item>()
  /** The run that is running, and the token that may write to it: there is one at the most. */
  let running: Held | null = null
  let highestToken = 0
  let newest = 100

  const mainAt = (place: number) => mains[place] as (typeof mains)[number]
  /** Each life of a process has a name of its own. */
  const holderOf = ({ name, life }: { name: string; life: number }): string => `${name}.${life}`
  const itemOf = ({ runId, key }: Pick<Task, 'runId' | 'key'>): Item | undefined => items.get(`${runId} ${key}`)
  const isOurs = (held: Held): boolean => running?.runId === held.runId && running.token === held.token

  /** Everything a cycle writes. */
  const written = async (): Promise<string> => {
    const tables = [
      'alert_runs',
      'run_items',
      'run_alerts',
      'outbox',
      'seen_items',
      'alert_matches',
      'alerts',
      'searches',
    ]
    const parts = tables.map((name) => `(select jsonb_agg(to_jsonb(t) order by t::text) from public.${name} t)`)
    const [row] = await vigie.query<{ all: string }>(`select md5(jsonb_build_array(${parts.join()})::text) as all`)
    return row?.all ?? ''
  }
  const changingNothing = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const before = await written()
    const result = await work()
    assert.equal(await written(), before, 'a stale writer changes nothing')
    return result
  }
  const isStale = (error: unknown): boolean => error instanceof DatabaseError && error.isStale

  /** A write by a main: it succeeds exactly when the run is its own, and tells it otherwise. */
  async function write<Result>(place: number, work: (held: Held) => Promise<Result>): Promise<Result | null> {
    const main = mainAt(place)
    const { held } = main
    if (!held) return null
    if (isOurs(held)) return work(held)
    await changingNothing(() => assert.rejects(work(held), isStale))
    main.held = null
    return null
  }

  async function start(place: number): Promise<void> {
    const main = mainAt(place)
    if (main.held) return // As in the product: one cycle at a time in one process.
    const begun = await begin(vigie, holderOf(main))
    if (begun.kind === 'running' || begun.kind === 'known') {
      if (begun.run && running) assert.equal(begun.run.runId, running.runId)
      return
    }
    const held = { runId: begun.run.runId, token: begun.token }
    assert.equal(begun.kind, running ? 'resumed' : 'started')
    if (running) assert.equal(held.runId, running.runId)
    assert.ok(held.token > highestToken, 'every holder has a higher token than those before')
    highestToken = held.token
    running = held
    main.held = held
  }

  async function give(place: number, wanted: string[]): Promise<void> {
    await write(place, async (held) => {
      // As a main does: what has a good result is not planned again; every hand-over is an attempt of its own.
      const rows = await vigie.call('read_run_items', { run_id: held.runId })
      const attempt = Math.max(0, ...rows.map((row) => row.attempt)) + 1
      const due = await vigie.call('list_due_alerts', {})
      const planned = wanted.map((key) => ({
        key,
        attempt,
        alerts: due
          .filter(({ alert }) => SEARCH_OF_ALERT[alerts.indexOf(alert.id)] === SEARCHES.indexOf(key))
          .map(({ alert, revision }) => ({ id: alert.id, revision })),
      }))
      const taken = await plan(vigie, held, ...planned)
      const open = wanted.filter((key) => itemOf({ ...held, key })?.verdict !== 'ok')
      assert.deepEqual(taken.sort(), open.sort(), 'all but what has a good result')
      for (const { key, alerts } of planned.filter((item) => taken.includes(item.key))) {
        items.set(`${held.runId} ${key}`, { attempt, verdict: null })
        tasks.push({ ...held, key, attempt, alerts, said: null })
      }
    })
  }

  const taskAt = (place: number): Task | undefined => tasks.at(-1 - place)

  async function slot(task: Task): Promise<void> {
    const { runId, key, attempt } = task
    const item = itemOf(task)
    const isCurrent = item?.attempt === attempt && item.verdict === null
    const ask = () => vigie.call('take_slot', { egress: 'e', gap_ms: 0, run_id: runId, search_key: key, attempt })
    const answer = isCurrent ? await ask() : await changingNothing(ask)
    assert.equal(answer.granted, isCurrent, 'only the one who has the item now may ask the site')
  }

  function checkFor(task: Task, verdict: string): CheckInput {
    newest += 1
    const fields = {
      runId: task.runId,
      attempt: task.attempt,
      egress: 'e',
      effect: { kind: 'none' as const },
      search: { key: task.key, canonical: task.key, market: 'fr' },
    }
    const page = [newest, newest - 1, newest - 2]
    return verdict === 'ok' ? checkOf(page, task.alerts, fields) : failedCheck(verdict, task.alerts, fields)
  }

  async function tell(task: Task, verdict: string): Promise<void> {
    const item = itemOf(task)
    const isCurrent = item?.attempt === task.attempt && item.verdict === null
    const check = checkFor(task, verdict)
    if (!isCurrent) {
      const { recorded } = await changingNothing(() => record(vigie, check))
      // Who recorded already is told what it recorded; who lost the item is told so.
      assert.equal(recorded, item?.attempt === task.attempt)
      return
    }
    const before = await stateOfAlerts()
    const { recorded, alerts: told } = await record(vigie, check)
    assert.equal(recorded, true)
    item.verdict = verdict
    task.said = check
    const unchanged = task.alerts
      .filter(({ id, revision }) => before.get(id)?.revision === revision)
      .map(({ id }) => id)
    if (verdict === 'ok') assert.deepEqual(told.map(({ alertId }) => alertId).sort(), unchanged.sort())
    const after = await stateOfAlerts()
    for (const [id, alert] of before)
      if (!unchanged.includes(id))
        assert.deepEqual(after.get(id), alert, 'a check of what was changed since says nothing')
  }

  async function stateOfAlerts() {
    const rows = await vigie.query<{ id: string; revision: number; checked: string | null }>(
      'select id, revision, last_checked_at::text as checked from public.alerts',
    )
    return new Map(rows.map(({ id, ...alert }) => [id, alert]))
  }

  async function leave(place: number, kind: 'die' | 'stop'): Promise<void> {
    const main = mainAt(place)
    if (kind === 'stop') await vigie.call('release_lease', { name: 'cycle', holder: holderOf(main) })
    main.held = null
    main.life += 1
  }

  async function end(place: number): Promise<void> {
    const main = mainAt(place)
    await write(place, async (held) => {
      await finish(vigie, held, holderOf(main))
      running = null
      main.held = null
    })
  }

  async function live(step: Step): Promise<void> {
    switch (step.kind) {
      case 'begin':
        return start(step.main)
      case 'renew': {
        if (!mainAt(step.main).held) return
        const ask = { name: 'cycle', holder: holderOf(mainAt(step.main)), ttl_ms: 15_000 }
        const { acquired, token } = await vigie.call('acquire_lease', ask)
        if (acquired) highestToken = Math.max(highestToken, token)
        return
      }
      case 'plan':
        return give(
          step.main,
          SEARCHES.filter((_, place) => step.searches[place]),
        )
      case 'finish':
        return end(step.main)
      case 'park': {
        const until = new Date(Date.now() - 1).toISOString()
        const some = { alert_ids: alerts.slice(3), reason: 'a test', until }
        return void (await write(step.main, ({ runId, token }) =>
          vigie.call('park_alerts', { run_id: runId, token, ...some }),
        ))
      }
      case 'die':
      case 'stop':
        return leave(step.main, step.kind)
      case 'lose-lease':
        return void (await loseLease(vigie))
      case 'slot':
      case 'record':
      case 'repeat': {
        const task = taskAt(step.task)
        if (!task) return
        if (step.kind === 'slot') return slot(task)
        if (step.kind === 'record') return tell(task, step.verdict)
        const { said } = task
        // Its answer was lost on the way: it says the same again.
        if (said) await changingNothing(() => record(vigie, said))
        return
      }
      case 'change':
        return void (await vigie.call('update_alert', {
          id: alerts[step.alert] ?? '',
          changes: { excludedWords: [`w${(newest += 1)}`] },
        }))
      case 'delete':
        return void (await vigie.call('delete_alert', { id: alerts[step.alert] ?? '' }))
      default:
        return step satisfies never
    }
  }

  return {
    live,
    /** What must hold at any moment. */
    async judge(): Promise<void> {
      const rows = await vigie.query<{ id: string; fence: string }>(
        `select id, fence::text from public.alert_runs where status = 'running'`,
      )
      assert.deepEqual(
        rows,
        running ? [{ id: running.runId, fence: String(running.token) }] : [],
        'one run at the most',
      )
      const stored = await vigie.query<{ run_id: string; search_key: string; attempt: number; verdict: string | null }>(
        'select run_id, search_key, attempt, verdict from public.run_items',
      )
      const now = new Map(stored.map(({ run_id, search_key, ...item }) => [`${run_id} ${search_key}`, item]))
      assert.deepEqual(now, items, 'every item is with its last attempt, with the first thing that one said')
    },
    /** All die; a new main takes over what is open, plans it and ends the run. */
    async settleDown(): Promise<void> {
      for (const place of mains.keys()) await leave(place, 'die')
      await loseLease(vigie)
      const before = running
      await start(0)
      const held = mainAt(0).held
      assert.ok(held, 'an orphaned run is taken over')
      assert.equal(before ? held.runId : held.runId, running?.runId)
      const rows = await vigie.call('read_run_items', { run_id: held.runId })
      const open = SEARCHES.filter((key) => {
        const row = rows.find((item) => item.searchKey === key)
        return !row || row.state === 'planned' || isWorthRetrying(row.verdict as Verdict | null)
      })
      await give(0, open)
      for (const key of open) {
        const task = tasks.findLast((one) => one.key === key && one.runId === held.runId)
        assert.ok(task)
        await slot(task)
        await tell(task, 'ok')
      }
      await end(0)
      assert.equal(running, null)
      assert.ok(
        SEARCHES.every((key) => itemOf({ ...held, key })?.verdict !== null),
        'nothing is left open',
      )
    },
  }
}
