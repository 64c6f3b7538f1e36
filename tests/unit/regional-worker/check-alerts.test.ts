import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert, Search } from '#shared/contracts/alert.ts'
import type { CheckInput, RecordedCheck } from '#shared/database/checks.ts'
import { DatabaseError } from '#shared/database/open-database.ts'
import type { SlotAnswer } from '#shared/egress/take-slot.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import { checkAlerts, groupBySearch } from '../../../regional-worker/commands/check-alerts.ts'
import type { CheckEvent } from '../../../regional-worker/commands/check-alerts.ts'
import type { Context } from '../../../regional-worker/context.ts'
import type { SiteAnswer } from '../../../regional-worker/vinted/site-client.ts'
import { collect } from '../shared/collect.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { makeAlert, uuid } from '../shared/make-alert.ts'
import { recordingLogger } from '../shared/recording-logger.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const at = (ms: number): string => new Date(NOW + ms).toISOString()
const row = (id: number, amount = '30.00') => ({
  id,
  title: `Nike ${id}`,
  price: { amount, currency_code: 'EUR' },
  item_box: { first_line: 'Nike', second_line: '42 · Très bon état' },
})
const answer = (status: number, body: unknown = {}, headers: Record<string, string> = {}): SiteAnswer => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  setCookies: [],
  body: JSON.stringify(body),
})
const page = (...items: object[]): SiteAnswer => answer(200, { items })

type Stage = {
  answers?: SiteAnswer[]
  slots?: SlotAnswer[]
  record?: (check: CheckInput) => RecordedCheck
  hasSession?: boolean
  onRequest?: () => void
}

/** Everything new for every alert. */
const allNew = (check: CheckInput): RecordedCheck => ({
  recorded: true,
  alerts: check.alerts.map(({ alertId, matchIds }) => ({
    alertId,
    mode: 'normal',
    matches: matchIds.length,
    newMatches: matchIds.length,
    newIds: matchIds,
  })),
})

function stage({ answers = [], slots = [], record = allNew, hasSession = true, onRequest }: Stage) {
  const stop = new AbortController()
  const cancel = new AbortController()
  const database = fakeDatabase({
    record_check: ({ check_result: check }) => record(check),
    apply_egress_effect: () => null,
    mark_session: () => null,
  })
  const session = {
    id: uuid(50),
    market: 'fr',
    userAgent: 'Browser/1',
    accessToken: 'jwt',
    anonId: null,
    cookieNames: [],
    source: 'database',
    createdAt: at(0),
    expiresAt: at(1),
    renewDue: false,
  }
  const asked: string[] = []
  const context = {
    config: {},
    workerId: 'worker-fr',
    egress: 'home',
    clock: { now: () => NOW },
    logger: recordingLogger().logger,
    database,
    pace: {
      nextRequestAt: () => null,
      takeSlot: (_kind: string, _item: unknown, signal: AbortSignal) => {
        signal.throwIfAborted()
        return Promise.resolve(slots.shift() ?? { kind: 'granted' })
      },
    },
    site: {
      get: ({ url }: { url: string }) => {
        asked.push(new URL(url).searchParams.get('search_text') ?? new URL(url).pathname)
        onRequest?.()
        return Promise.resolve(answers.shift() ?? page(row(1), row(2)))
      },
      close: () => Promise.resolve(),
    },
    sessions: {
      load: () => Promise.resolve(hasSession ? session : null),
      save: () => Promise.resolve(session),
      forget: () => undefined,
    },
    messaging: { channel: 'telegram' },
    protocolInUse: new Map(),
    banRules: { banDurationMs: 1_800_000, longestBanMs: 1_800_000 },
    stopping: stop.signal,
  } as unknown as Context
  const runUnder = (cover: Search | undefined, ...alerts: Alert[]): Promise<CheckEvent[]> =>
    collect(checkAlerts(context, { runId: uuid(90), attempt: 2, alerts, ...(cover && { cover }) }, cancel.signal))
  const run = (...alerts: Alert[]): Promise<CheckEvent[]> => runUnder(undefined, ...alerts)
  const checks = (): CheckInput[] =>
    database.argsOf('record_check').map((args) => (args as { check_result: CheckInput }).check_result)
  return { run, runUnder, asked, checks, stop, cancel, database }
}

const alert = (place: number, over: Partial<Alert> = {}): Alert =>
  makeAlert({ id: uuid(place), name: `alert ${place}`, searchText: `search ${place}`, chatId: '42', ...over })
const kinds = (events: CheckEvent[]): string[] => events.map(({ kind }) => kind)

test('alerts of one search are grouped in the order they came', () => {
  const groups = groupBySearch([alert(1), alert(2), alert(3, { searchText: ' SEARCH  1' })])
  assert.deepEqual(
    groups.map(({ alerts }) => alerts.map(({ name }) => name)),
    [['alert 1', 'alert 3'], ['alert 2']],
  )
})

test('a broader search is asked once for all its alerts, and each narrower one has its part of the page', async () => {
  const { runUnder, asked, checks } = stage({ answers: [page(row(3, '80.00'), row(2, '30.00'), row(1, '10.00'))] })
  const words = { searchText: 'robe' }
  const alerts = [alert(1, { ...words, priceMax: 50 }), alert(2, { ...words, priceMin: 20 }), alert(3, words)]
  await runUnder(alert(9, words), ...alerts)
  assert.deepEqual(asked, ['robe'])
  const [check] = checks()
  assert.equal(checks().length, 1)
  const keys = alerts.map((each) => canonicalSearch(each).key)
  assert.equal(check?.search.key, keys[2])
  assert.deepEqual(
    check?.parts?.map(({ search, itemIds }) => [search.key, itemIds]),
    [
      [keys[0], [2, 1]],
      [keys[1], [3, 2]],
    ],
  )
  assert.deepEqual(
    check?.alerts.map(({ searchKey, matchIds }) => [searchKey, matchIds]),
    [
      [keys[0], [2, 1]],
      [keys[1], [3, 2]],
      [undefined, [3, 2, 1]],
    ],
  )
})

test('alerts of one search cost one request and are recorded together, each with its own matches', async () => {
  const { run, asked, checks } = stage({ answers: [page(row(2, '50.00'), row(1))] })
  const events = await run(alert(1), alert(2, { searchText: 'search 1', maxTotalPrice: 40 }))
  assert.deepEqual(asked, ['search 1'])
  const [check] = checks()
  assert.deepEqual([check?.itemIds, check?.verdict, check?.effect], [[2, 1], 'ok', { kind: 'good' }])
  assert.deepEqual([check?.runId, check?.attempt, check?.sessionId], [uuid(90), 2, uuid(50)])
  assert.deepEqual(
    check?.alerts.map(({ alertId, matchIds, destination }) => [alertId, matchIds, destination]),
    [
      [uuid(1), [2, 1], '42'],
      [uuid(2), [1], '42'],
    ],
  )
  assert.deepEqual(kinds(events), ['checked', 'checked', 'done'])
  assert.deepEqual(
    events.map((event) => event.kind === 'checked' && [event.itemsChecked, event.matches.length, event.newMatches]),
    [[2, 2, 2], [2, 1, 1], false],
  )
})

test('a seller’s login is never recorded, and only listings that match are', async () => {
  const seller = { user: { id: 7, login: 'somebody' } }
  const { run, checks } = stage({ answers: [page({ ...row(1), ...seller }, { ...row(2, '99.00'), ...seller })] })
  await run(alert(1, { priceMax: 50 }))
  assert.deepEqual(Object.keys(checks()[0]?.listings ?? {}), ['1'])
  assert.ok(!JSON.stringify(checks()).includes('somebody'))
})

test('a listing that was seen before is a match, but not a new one', async () => {
  const { run } = stage({
    record: (check) => {
      const recorded = allNew(check)
      for (const one of recorded.alerts) one.newIds = [2]
      return recorded
    },
  })
  const [checked] = await run(alert(1))
  assert.ok(checked?.kind === 'checked')
  assert.deepEqual(
    checked.matches.map(({ itemId, isNew }) => [itemId, isNew]),
    [
      [1, false],
      [2, true],
    ],
  )
  assert.equal(checked.newMatches, 1)
})

test('a refusal ends the run at once: it is recorded with its ban, and nothing more is asked', async () => {
  const { run, asked, checks } = stage({ answers: [page(), answer(403)] })
  const events = await run(alert(1), alert(2), alert(3))
  assert.deepEqual(asked, ['search 1', 'search 2'])
  assert.deepEqual(checks()[1]?.effect, { kind: 'ban', ms: 1_800_000, longestMs: 1_800_000, reason: '403' })
  assert.equal(checks()[1]?.itemIds, null)
  assert.deepEqual(kinds(events), ['checked', 'checked', 'refused', 'failed'])
  const [, , refused, failed] = events
  assert.deepEqual(refused, { kind: 'refused', verdict: 'blocked', market: 'fr', until: at(1_800_000) })
  assert.ok(failed?.kind === 'failed')
  assert.deepEqual([failed.failure.error, failed.failure.httpStatus, failed.remaining], ['HTTP 403', 403, [uuid(3)]])
})

test('a 429 with a long wait ends the run and rests the address, without a ban', async () => {
  const { run, checks } = stage({ answers: [answer(429, {}, { 'retry-after': '600' })] })
  const events = await run(alert(1), alert(2))
  assert.deepEqual(checks()[0]?.effect, { kind: 'rest', ms: 600_000 })
  assert.deepEqual(kinds(events), ['checked', 'refused', 'failed'])
})

test('a short 429 is waited for within the run and asked once more', async () => {
  const { run, asked, database } = stage({ answers: [answer(429, {}, { 'retry-after': '5' }), page(row(1))] })
  assert.deepEqual(kinds(await run(alert(1))), ['checked', 'done'])
  assert.deepEqual(asked, ['search 1', 'search 1'])
  assert.deepEqual(database.argsOf('apply_egress_effect'), [{ egress: 'home', effect: { kind: 'rest', ms: 5_000 } }])
})

test('trouble with one search does not end the run', async () => {
  const { run } = stage({
    answers: [answer(503), answer(400), answer(404), answer(404), { kind: 'no-answer', error: 'reset' }],
  })
  const events = await run(...[1, 2, 3, 4, 5].map((place) => alert(place)))
  assert.deepEqual(
    events.map((event) => (event.kind === 'checked' ? event.verdict : event.kind)),
    ['upstream-error', 'bad-search', 'protocol-changed', 'upstream-error', 'ok', 'done'],
  )
})

test('a banned address asks nothing and hands everything back', async () => {
  const { run, asked, checks } = stage({ slots: [{ kind: 'banned', until: at(9), reason: '403' }] })
  const events = await run(alert(1), alert(2))
  assert.deepEqual([asked, checks()], [[], []])
  assert.deepEqual(kinds(events), ['refused', 'failed'])
  assert.ok(events[1]?.kind === 'failed' && events[1].failure.code === 'EGRESS_BANNED')
  assert.deepEqual(events[1].remaining, [uuid(1), uuid(2)])
})

test('a search that went to another worker is left to it, and the run goes on', async () => {
  const { run, asked } = stage({ slots: [{ kind: 'superseded' }] })
  assert.deepEqual(kinds(await run(alert(1), alert(2))), ['checked', 'done'])
  assert.deepEqual(asked, ['search 2'])
})

test('without a session a search fails by itself', async () => {
  const { run, asked } = stage({ hasSession: false })
  const events = await run(alert(1))
  assert.deepEqual(asked, [])
  assert.ok(events[0]?.kind === 'checked')
  assert.deepEqual(
    [events[0].verdict, events[0].error, kinds(events)],
    ['no-session', 'NO_SCRAPING_COOKIES', ['checked', 'done']],
  )
})

test('a stop lets the request in flight be recorded and hands the rest back', async () => {
  const { run, stop, checks } = stage({ onRequest: () => stop.abort(new Error('stopping')) })
  const events = await run(alert(1), alert(2), alert(3))
  assert.equal(checks().length, 1)
  assert.deepEqual(kinds(events), ['checked', 'drain'])
  assert.deepEqual(events[1], { kind: 'drain', remaining: [uuid(2), uuid(3)] })
})

test('a caller that hangs up ends the run without a word, after the request in flight is recorded', async () => {
  const { run, cancel, checks } = stage({ onRequest: () => cancel.abort(new Error('hung up')) })
  assert.deepEqual(kinds(await run(alert(1), alert(2))), ['checked'])
  assert.equal(checks().length, 1)
})

test('an answer that the database does not take ends the run as a failure with what is left', async () => {
  const { run } = stage({
    record: () => {
      throw new DatabaseError('record_check', 'bad value', { httpStatus: 400, code: '22023' })
    },
  })
  const events = await run(alert(1), alert(2))
  assert.ok(events[0]?.kind === 'failed')
  assert.deepEqual(events[0].remaining, [uuid(1), uuid(2)])
})
