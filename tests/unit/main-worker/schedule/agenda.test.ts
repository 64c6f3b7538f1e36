import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAgenda } from '../../../../main-worker/schedule/agenda.ts'
import type { Plan } from '../../../../main-worker/schedule/read-plan.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const planOf = (keys: string[], rest: Partial<Plan> = {}): Plan => ({
  now: NOW,
  due: keys.map((searchKey, place) => ({
    searchKey,
    market: 'fr',
    intervalMs: 60_000,
    dueAt: NOW - 1_000,
    lateness: keys.length - place,
  })),
  groups: new Map(keys.map((searchKey) => [searchKey, { searchKey, market: 'fr', alerts: [], serves: [searchKey] }])),
  workers: new Map(),
  isResting: () => false,
  isPaused: false,
  ...rest,
})
const TRIES = 2

test('each search is given to one worker, the latest first, until nothing is left', () => {
  const agenda = createAgenda(planOf(['a', 'b']), TRIES)
  assert.deepEqual(
    [agenda.take('worker-fr', NOW), agenda.take('worker-us', NOW), agenda.take('worker-nl', NOW)].map(
      (group) => group?.searchKey,
    ),
    ['a', 'b', undefined],
  )
})

test('what ended well is not asked again before there is a new plan', () => {
  const agenda = createAgenda(planOf(['a']), TRIES)
  agenda.take('worker-fr', NOW)
  agenda.end('worker-fr', 'a', 'good', NOW)
  assert.equal(agenda.take('worker-us', NOW), null)
  agenda.replace(planOf(['a'], { now: NOW + 1 }))
  assert.equal(agenda.take('worker-us', NOW)?.searchKey, 'a')
})

test('what ended well while the new plan was read is not asked again: the plan does not know it', () => {
  const agenda = createAgenda(planOf(['a']), TRIES)
  agenda.take('worker-fr', NOW)
  agenda.end('worker-fr', 'a', 'good', NOW + 20)
  agenda.replace(planOf(['a'], { now: NOW + 10 }))
  assert.equal(agenda.take('worker-us', NOW + 30), null)
})

test('a plan that was read before the one that is followed changes nothing', () => {
  const agenda = createAgenda(planOf(['a'], { now: NOW + 10 }), TRIES)
  agenda.replace(planOf(['b']))
  assert.equal(agenda.take('worker-fr', NOW + 20)?.searchKey, 'a')
})

test('what failed goes to another worker at once, never to the same again, and to so many at most', () => {
  const agenda = createAgenda(planOf(['a']), TRIES)
  agenda.take('worker-fr', NOW)
  agenda.end('worker-fr', 'a', 'failed', NOW)
  assert.equal(agenda.take('worker-fr', NOW), null)
  assert.equal(agenda.take('worker-us', NOW)?.searchKey, 'a')
  agenda.end('worker-us', 'a', 'failed', NOW)
  assert.equal(agenda.take('worker-nl', NOW), null)
  agenda.replace(planOf(['a']))
  assert.equal(agenda.take('worker-nl', NOW), null)
})

test('what failed is forgiven: a fleet of one worker does not leave it for the rest of the report', () => {
  const agenda = createAgenda(planOf(['a']), TRIES)
  agenda.take('worker-fr', NOW)
  agenda.end('worker-fr', 'a', 'failed', NOW)
  agenda.forgive()
  agenda.replace(planOf(['a']))
  assert.equal(agenda.take('worker-fr', NOW)?.searchKey, 'a')
})

test('a request whose end is unknown leaves its search to everybody, the same worker too', () => {
  const agenda = createAgenda(planOf(['a']), TRIES)
  agenda.take('worker-fr', NOW)
  agenda.end('worker-fr', 'a', 'unknown', NOW)
  assert.equal(agenda.take('worker-fr', NOW)?.searchKey, 'a')
})

test('a search that is being asked right now is not given away by a new plan', () => {
  const agenda = createAgenda(planOf(['a']), TRIES)
  agenda.take('worker-fr', NOW)
  agenda.replace(planOf(['a']))
  assert.equal(agenda.take('worker-us', NOW), null)
})

test('a market that rests on a worker is for the others', () => {
  const agenda = createAgenda(planOf(['a'], { isResting: (workerId) => workerId === 'worker-fr' }), TRIES)
  assert.equal(agenda.take('worker-fr', NOW), null)
  assert.equal(agenda.take('worker-us', NOW)?.searchKey, 'a')
})

test('no search is on two pages at a time: a broader one waits for its parts, and they for it', () => {
  const plan = planOf(['part', 'broader', 'other'])
  plan.groups.set('broader', { searchKey: 'broader', market: 'fr', alerts: [], serves: ['part', 'second'] })
  const agenda = createAgenda(plan, TRIES)
  assert.equal(agenda.take('worker-fr', NOW)?.searchKey, 'part')
  assert.equal(agenda.take('worker-us', NOW)?.searchKey, 'other')
  assert.equal(agenda.take('worker-nl', NOW), null)
  agenda.end('worker-fr', 'part', 'good', NOW)
  assert.equal(agenda.take('worker-nl', NOW)?.searchKey, 'broader')
})
