import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Facts, SeenFacts } from '../../../../local/doctor/facts.ts'
import { judge } from '../../../../local/doctor/judge.ts'
import { makeFleet, makeWorker } from '../../main-worker/make-worker.ts'
import { makeFacts, makeSeen, NOW } from './make-facts.ts'

const CHECKS =
  'node settings key address database migrations rights clock telegram webhook chat main worker fleet incidents session search'.split(
    ' ',
  )
const wordsOf = (kind: string) => ({ what: kind, can: 'look' })

/** What is not well: state, check with its subject, text. */
const troubles = (seen: Partial<SeenFacts> = {}, changes: Partial<Facts> = {}): string[] =>
  judge(makeFacts(seen, changes), wordsOf)
    .filter(({ state }) => state !== 'ok')
    .map(({ state, check, subject, text }) => `${state} ${[check, subject].filter(Boolean).join(' ')}: ${text}`)

const seen = makeSeen()
const database = (change: object) => ({
  database: { ...seen.database, state: { ...seen.database.state, ...change } as SeenFacts['database']['state'] },
})
const schema = (change: object) =>
  database({ state: { now: '2026-11-22T12:00:00Z', migrations: ['1', '2'], open: [], ...change } })
const webhook = (change: object, publicBaseUrl: string | null = 'https://vigie.example') => ({
  publicBaseUrl,
  telegram: {
    me: { ok: true as const, name: '@bot' },
    webhook: { ok: true as const, url: 'https://vigie.example/telegram/x', pending: 0, lastError: null, ...change },
  },
})
const fleetOf = (change: Partial<NonNullable<SeenFacts['fleet']>>) => ({
  fleet: { ...(seen.fleet as NonNullable<SeenFacts['fleet']>), ...change },
})
const workers = (change: Partial<SeenFacts['workers'][number]>) => ({
  workers: seen.workers.map((worker, place) => (place === 0 ? Object.assign({}, worker, change) : worker)),
})

test('a fleet in which all is well has no trouble, and every check has spoken', () => {
  const findings = judge(makeFacts(), wordsOf)
  assert.deepEqual(troubles(), [])
  assert.deepEqual([...new Set(findings.map(({ check }) => check))], CHECKS)
})

test('settings that are wrong are named one by one, and nothing is guessed behind them', () => {
  const settings = [{ of: 'main', problems: ['API_SECRET: is not set', 'WORKERS: is not set'] }]
  const findings = judge(makeFacts({}, { settings, seen: null }), wordsOf)
  assert.deepEqual(
    findings.map(({ check, state }) => [check, state]),
    [
      ['node', 'ok'],
      ['settings', 'broken'],
      ['settings', 'broken'],
    ],
  )
})

test('a .env that the running fleet does not read is told, and is no trouble', () => {
  const told = (mode: string, hasEnvFile: boolean) =>
    judge(makeFacts({}, { target: { kind: 'local', name: '.vigie', mode }, hasEnvFile }), wordsOf)
      .filter(({ subject }) => subject === '.env')
      .map(({ state, text }) => `${state} ${text}`)
  assert.deepEqual(
    [told('live', true), told('sandbox', true), told('sandbox', false)],
    [['ok envFileRead'], ['ok envFileUnread'], ['ok envFileAbsent']],
  )
})

test('an old Node.js is refused by its numbers, not by its text', () => {
  assert.deepEqual(troubles({}, { node: '22.9.0' }), ['broken node: nodeOld'])
  assert.deepEqual([troubles({}, { node: '22.19.0' }), troubles({}, { node: '100.0.0' })], [[], []])
})

test('a key that can be guessed, or that is still being replaced, is worth a look', () => {
  assert.deepEqual(troubles({ secret: { distinct: 3, hasPrevious: true } }), ['look key: keyWeak'])
  assert.deepEqual(troubles({ secret: { distinct: 16, hasPrevious: true } }), ['look key: keyPrevious'])
})

test('a public address wants https; on this machine it need not', () => {
  const address = (publicBaseUrl: string) =>
    troubles({ ...webhook({ url: `${publicBaseUrl}/telegram/x` }, publicBaseUrl) })
  assert.deepEqual(address('http://vigie.example'), ['broken address: addressPlain'])
  assert.deepEqual(address('http://127.0.0.1:8080'), [])
})

test('a database is told apart: away, with another key, without our migrations, slow', () => {
  const failed = (status: number | null, error: string) => database({ ok: false, status, error })
  assert.deepEqual(troubles(failed(null, 'fetch failed')), ['broken database: databaseAway'])
  assert.deepEqual(troubles(failed(401, 'Invalid API key')), ['broken database: databaseRefused'])
  assert.deepEqual(troubles(failed(404, 'Could not find the function public.read_schema_state')), [
    'broken migrations: migrationsOld',
  ])
  assert.deepEqual(troubles(database({ roundTripMs: 1_500 })), ['look database: databaseSlow'])
})

test('migrations are compared with the files, both ways', () => {
  assert.deepEqual(troubles(schema({ migrations: ['1'] })), ['broken migrations: migrationsMissing'])
  assert.deepEqual(troubles(schema({ migrations: ['1', '2', '3'] })), ['look migrations: migrationsNewer'])
  assert.deepEqual(troubles(schema({ migrations: ['1', '3'] })).length, 2)
  assert.deepEqual(troubles(schema({ migrations: null })), ['look migrations: migrationsUnknown'])
})

test('what anybody can use without the service key is broken', () => {
  assert.deepEqual(troubles(schema({ open: ['alerts'] })), ['broken rights: rightsOpen'])
  assert.deepEqual(troubles({ database: { ...seen.database, statusWithoutKey: 200 } }), [
    'broken rights: rightsAnonymous',
  ])
})

test('a clock that is off is named with its owner', () => {
  assert.deepEqual(troubles(database({ skewMs: 6_000 })), ['look clock the database: clockOff'])
  assert.deepEqual(troubles(workers({ alive: { ok: true, version: '1.0.0', skewMs: -120_000 } })), [
    'broken clock worker-fr: clockOff',
  ])
  assert.deepEqual(troubles(workers({ alive: { ok: true, version: '1.0.0', skewMs: null } })), [])
})

test('Telegram: no bot is fine, a wrong token, an error and a silence are three things', () => {
  const me = (status: number | null) => ({
    telegram: { me: { ok: false as const, status, error: 'x' }, webhook: null },
  })
  assert.deepEqual(troubles({ telegram: null }), [])
  assert.deepEqual(troubles(me(401)), ['broken telegram: telegramRefused'])
  assert.deepEqual(troubles(me(500)), ['broken telegram: telegramFails'])
  assert.deepEqual(troubles(me(null)), ['broken telegram: telegramAway'])
})

test('a webhook and PUBLIC_BASE_URL belong together', () => {
  assert.deepEqual(troubles(webhook({}, null)), ['broken webhook: webhookUnwanted'])
  assert.deepEqual(troubles(webhook({ url: '' }, null)), [])
  assert.deepEqual(troubles(webhook({ url: '' })), ['broken webhook: webhookMissing'])
  assert.deepEqual(troubles(webhook({ url: 'https://old.example/telegram/x' })), ['broken webhook: webhookElsewhere'])
  const lastError = (at: number) => webhook({ lastError: { at, message: 'Connection refused' } })
  assert.deepEqual(troubles(lastError(NOW - 60_000)), ['look webhook: webhookFailing'])
  assert.deepEqual(troubles(lastError(NOW - 7_200_000)), [])
  assert.deepEqual(troubles(webhook({ pending: 21 })), ['look webhook: webhookPending'])
})

test('without a chat nobody is told anything', () => {
  assert.deepEqual(troubles(fleetOf({ hasOwnerChat: false })), ['look chat: chatUnknown'])
})

test('a worker: away, another key, another version, another one at its url, without its database', () => {
  const { health } = seen.workers[0] as SeenFacts['workers'][number]
  const says = (change: object) =>
    workers({ health: { ok: true, health: { ...(health.ok ? health.health : undefined), ...change } as never } })
  assert.deepEqual(troubles(workers({ alive: { ok: false, status: null, error: 'connection refused' } })), [
    'broken worker worker-fr: workerAway',
  ])
  const refused = (status: number) => workers({ health: { ok: false, status, error: `HTTP ${status}` } })
  assert.deepEqual(troubles(refused(401)), ['broken worker worker-fr: workerRefusesKey'])
  assert.deepEqual(troubles(refused(503)), ['broken worker worker-fr: workerUnwell'])
  assert.deepEqual(troubles(says({ version: '0.9.0' })), ['look worker worker-fr: otherVersion'])
  assert.deepEqual(troubles(says({ workerId: 'worker-us' })), ['broken worker worker-fr: workerOther'])
  assert.deepEqual(troubles(says({ browser: false })), [])
})

test('a worker that is banned, drained or out of main’s sight is worth a look', () => {
  const row = (over: Parameters<typeof makeWorker>[1]) =>
    troubles(fleetOf({ fleet: makeFleet([makeWorker('worker-fr', over), makeWorker('worker-us')]) }))
  assert.deepEqual(row({ bannedUntil: '2026-11-22T12:30:00Z' }), ['look worker worker-fr: workerBanned'])
  assert.deepEqual(row({ isDraining: true }), ['look worker worker-fr: workerDraining'])
  assert.deepEqual(row({ isHealthy: false }), ['look worker worker-fr: workerUnreached'])
})

test('a fleet that is paused or has nobody at work says so, and open incidents stand with their words', () => {
  const pause = { cause: 'owner' as const, reason: 'holidays', since: '2026-11-22T11:00:00Z', until: null }
  assert.deepEqual(troubles(fleetOf({ fleet: makeFleet([makeWorker('worker-fr')], { pause }) })), [
    'look fleet: fleetPaused',
  ])
  const nobody = makeFleet([makeWorker('worker-fr', { isDraining: true })])
  assert.ok(troubles(fleetOf({ fleet: nobody })).includes('broken fleet: fleetNone'))
  const incident = { id: 'i', subject: 's', detail: 'd', evidenceId: null, since: '', until: null }
  const incidents = [
    { ...incident, kind: 'ban', isOpen: true },
    { ...incident, kind: 'late-cycle', isOpen: false },
  ]
  assert.deepEqual(troubles(fleetOf({ incidents })), ['look incidents ban: incidentOpen'])
})

test('a market in use wants a session and an answer', () => {
  assert.deepEqual(troubles(fleetOf({ sessions: [] })), ['look session fr: sessionNone'])
  const search = (answer: object) => ({
    searches: [{ market: 'fr', kind: 'answered', answer }] as SeenFacts['searches'],
  })
  assert.deepEqual(troubles(search({ ok: true, rows: 0, worker: 'worker-fr', ms: 9 })), ['look search fr: searchEmpty'])
  assert.deepEqual(troubles(search({ ok: false, status: 502, error: 'BLOCKED: HTTP 403' })), [
    'broken search fr: searchFailed',
  ])
  assert.deepEqual(troubles({ searches: [{ market: 'fr', kind: 'not-asked', because: 'paused' }] }), [
    'look search fr: searchNotAsked',
  ])
})

test('main away is one finding, and what the database told still stands', () => {
  const main = { ok: false as const, status: null, error: 'connection refused', url: 'https://vigie.example' }
  assert.deepEqual(troubles({ main }), ['broken main: mainAway'])
  assert.deepEqual(troubles({ fleet: null }), [])
})
