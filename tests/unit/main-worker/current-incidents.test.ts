import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '#shared/contracts/run.ts'
import type { Cycles } from '#shared/database/runs.ts'
import type { Troubles } from '#shared/database/incidents.ts'
import { incidentWords } from '#shared/incidents/incident-texts.ts'
import { summariseRun } from '#shared/runs/summarise-run.ts'
import { currentIncidents, kindsToSync, STATE_KINDS } from '../../../main-worker/fleet/current-incidents.ts'
import type { FleetSight } from '../../../main-worker/fleet/current-incidents.ts'
import { cycleCapacity } from '../../../main-worker/fleet/cycle-capacity.ts'
import { watchDatabase } from '../../../main-worker/fleet/database-sight.ts'
import { makeFleet, makeWorker } from './make-worker.ts'

const UNTIL = '2026-11-22T12:30:00.000Z'
const four = ['worker-fr', 'worker-us', 'worker-nl', 'worker-uk'].map((id) => makeWorker(id))
const pace = { schedule: 'cycle', cycleEveryMs: 300_000, meanGapMs: 18_500 } as const
const continuous = { ...pace, schedule: 'continuous' } as const

const cycleOf = (durationMs: number, status: Run['status'] = 'done', startedAt = '2026-11-22T11:52:00.000Z'): Run => {
  const summary = summariseRun({ runId: 'r', startedAt }, [], [], [], Date.parse(startedAt) + durationMs)
  const finishedAt = new Date(Date.parse(startedAt) + durationMs).toISOString()
  return { runId: 'r', status, trigger: 'clock', startedAt, finishedAt, summary }
}
const cycles = (lastCycle: Run | null, searches = 41): Cycles => ({ runningCycle: null, lastCycle, searches })
const quiet: Troubles = { deadLetters: [], disabledChats: [], deadChannels: [], parkedAlerts: [] }
const sight = (over: Partial<FleetSight> = {}): FleetSight => ({
  fleet: makeFleet(four),
  cycles: cycles(cycleOf(60_000)),
  troubles: quiet,
  database: { slowReads: 0, lastReadMs: 5, wasAway: null },
  pace,
  ...over,
})
const withWorker = (over: object) => sight({ fleet: makeFleet([makeWorker('worker-fr', over), ...four.slice(1)]) })
const dead = { isHealthy: false, failedChecks: 2, lastError: 'connection timeout' }

const table: [behaviour: string, sight: FleetSight, incidents: [kind: string, subject: string, detail: RegExp][]][] = [
  ['a fleet at work has none', sight(), []],
  ['nor has one that has done nothing yet', sight({ cycles: cycles(null, 0) }), []],
  [
    'a ban, with its end',
    withWorker({ bannedUntil: UNTIL, banReason: '403' }),
    [['ban', 'worker-fr', /^refused \(403\)$/]],
  ],
  [
    'a pause, with its reason',
    sight({ fleet: makeFleet(four, { pause: { cause: 'owner', reason: 'holiday', since: UNTIL, until: null } }) }),
    [['fleet-paused', 'fleet', /^holiday$/]],
  ],
  ['one missed health check is a restart', withWorker({ ...dead, failedChecks: 1 }), []],
  ['two are a worker that is down', withWorker(dead), [['worker-down', 'worker-fr', /^connection timeout$/]]],
  [
    'when all are down it is rather our own network',
    sight({ fleet: makeFleet(four.map(({ id }) => makeWorker(id, dead))) }),
    [['own-network', 'main', /all 4 workers: connection timeout/]],
  ],
  [
    'a cycle that took longer than its interval says how long',
    sight({ cycles: cycles(cycleOf(432_000)) }),
    [['late-cycle', 'cycle', /^7 min 12 s for 0 requests, meant to take 5 min 0 s$/]],
  ],
  ['63 searches fit four regions', sight({ cycles: cycles(cycleOf(60_000), 63) }), []],
  [
    '64 do not, with the arithmetic',
    sight({ cycles: cycles(cycleOf(60_000), 64) }),
    [['over-capacity', 'cycle', /64 .*4 address\(es\) × 300 s ÷ \(18.5 s between requests \+ 0.5 s\) = 63$/]],
  ],
  [
    'a report of the schedule ends with the request in flight: that is not late, and 64 searches fit their quarter of an hour',
    sight({ pace: continuous, cycles: cycles(cycleOf(312_000), 64) }),
    [],
  ],
  [
    'more searches than fit a quarter of an hour stretch the schedule',
    sight({ pace: continuous, cycles: cycles(cycleOf(300_000), 190) }),
    [['over-capacity', 'cycle', /900 s .* = 189$/]],
  ],
  [
    'messages that nobody took, chats that take none, a channel that is away, an alert that waits',
    sight({
      troubles: {
        deadLetters: [{ channel: 'telegram', destination: '42', count: 3, error: '400 Bad Request' }],
        disabledChats: [{ channel: 'telegram', destination: '43', reason: '403 bot was blocked' }],
        deadChannels: [{ channel: 'telegram', failures: 3, error: 'Telegram cannot be reached', since: UNTIL }],
        parkedAlerts: [{ names: ['Robes', 'Robes', 'Jupes'], count: 5, reason: 'refused (403)', until: UNTIL }],
      },
    }),
    [
      ['dead-letters', 'telegram 42', /^3 in the last 24 h; the last: 400 Bad Request$/],
      ['chat-disabled', 'telegram 43', /blocked/],
      ['channel-down', 'telegram', /cannot be reached/],
      ['search-parked', 'Robes, Robes, Jupes + 2', /refused/],
    ],
  ],
  [
    'a cycle in which nobody got an answer',
    sight({ cycles: cycles(cycleOf(60_000, 'failed')) }),
    [['no-checks', 'fleet', /^no worker could be asked$/]],
  ],
  [
    'a clock that stands still for three intervals',
    sight({ cycles: cycles(cycleOf(60_000, 'done', '2026-11-22T11:44:00.000Z')) }),
    [['no-checks', 'fleet', /^no cycle for 15 min 0 s$/]],
  ],
  [
    'no silence right after a pause that ended by itself: it counts from its end',
    sight({
      fleet: makeFleet(four, { pauseEndedAt: '2026-11-22T11:58:00.000Z' }),
      cycles: cycles(cycleOf(60_000, 'done', '2026-11-22T11:44:00.000Z')),
    }),
    [],
  ],
  [
    'no silence right after a pause that was ended by hand',
    sight({
      fleet: makeFleet(four, { resumedAt: '2026-11-22T11:58:00.000Z' }),
      cycles: cycles(cycleOf(60_000, 'done', '2026-11-22T11:44:00.000Z')),
    }),
    [],
  ],
  [
    'a paused fleet checks nothing, and that has one word only',
    sight({
      fleet: makeFleet(four, { pause: { cause: 'owner', reason: 'holiday', since: UNTIL, until: null } }),
      cycles: cycles(cycleOf(60_000, 'failed')),
    }),
    [['fleet-paused', 'fleet', /^holiday$/]],
  ],
  [
    'a connection that failed once or twice is a hiccup',
    sight({ troubles: { ...quiet, deadChannels: [{ channel: 'telegram', failures: 2, error: 'e', since: UNTIL }] } }),
    [],
  ],
  [
    'a database that is slow three times in a row',
    sight({ database: { slowReads: 3, lastReadMs: 2_340, wasAway: null } }),
    [['database-slow', 'database', /^a read took 2.3 s$/]],
  ],
]
for (const [behaviour, state, expected] of table) {
  test(`incidents: ${behaviour}`, () => {
    const found = currentIncidents(state)
    assert.deepEqual(
      found.map(({ kind, subject }) => [kind, subject]),
      expected.map(([kind, subject]) => [kind, subject]),
    )
    for (const [place, [, , detail]] of expected.entries()) assert.match(found[place]?.detail ?? '', detail)
  })
}

test('while our own network is suspected, what was said of single workers stands', () => {
  const all = currentIncidents(sight({ fleet: makeFleet(four.map(({ id }) => makeWorker(id, dead))) }))
  assert.ok(!kindsToSync(all).includes('worker-down'))
  assert.ok(kindsToSync(currentIncidents(withWorker(dead))).includes('worker-down'))
})

test('an incident that is known to end says when', () => {
  const [ban] = currentIncidents(withWorker({ bannedUntil: UNTIL, banReason: '403' }))
  assert.equal(ban?.until, UNTIL)
})

test('every kind has words in both languages: what it is, what Vigie does, what the owner can do', () => {
  for (const kind of STATE_KINDS) {
    for (const language of ['fr', 'en'] as const) {
      const { what, does, can } = incidentWords(kind, 'x', language)
      assert.ok(what && does && can, `${kind} ${language}`)
      assert.ok(!what.startsWith(kind))
    }
  }
  assert.deepEqual(incidentWords('later-kind', 'x', 'fr'), { what: 'later-kind: x', does: '', can: '' })
})

test('a slowed address fits fewer searches, and workers behind one address count once', () => {
  assert.equal(cycleCapacity(four, pace).searches, 63)
  assert.equal(cycleCapacity([makeWorker('a', { slowFactor: 2 })], pace).searches, 8)
  assert.equal(cycleCapacity([makeWorker('a'), makeWorker('b', { egress: 'a' })], pace).searches, 15)
})

test('a database that fails for a moment is not worth a word', () => {
  const watch = watchDatabase()
  watch.failed()
  assert.equal(watch.sight().wasAway, null)
  watch.read(2_500)
  watch.read(2_500)
  assert.equal(watch.sight().slowReads, 2)
  watch.read(3)
  assert.equal(watch.sight().slowReads, 0)
})
