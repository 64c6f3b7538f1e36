import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Home, LiveEvent } from '#shared/database/live.ts'
import { createHomeStreams } from '../../../../main-worker/live/home-streams.ts'
import type { Eye } from '../../../../main-worker/live/home-streams.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makeFind, makeHome, NOW } from '../dashboard/make-home.ts'

const eye: Eye = { language: 'en', timeZone: 'UTC', mayControl: false, scope: null }
const event: LiveEvent = { id: '1', type: 'find', at: '2026-11-22T12:00:00Z', data: {} }

function stage() {
  const state = { home: makeHome(), now: NOW, hear: new Set<(events: readonly LiveEvent[]) => void>() }
  const database = fakeDatabase({ read_home: (): Home => state.home })
  const hub = {
    subscribe(hear: (events: readonly LiveEvent[]) => void) {
      state.hear.add(hear)
      return () => state.hear.delete(hear)
    },
  }
  const clock = { now: () => state.now }
  const streams = createHomeStreams({ database, clock, config: { schedule: 'cycle' } }, hub, (error) =>
    assert.fail(String(error)),
  )
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await nextTurn()
  }
  const happen = async (): Promise<void> => {
    for (const hear of state.hear) hear([event])
    await settle()
  }
  return { state, database, streams, happen, settle }
}

test('whoever connects gets the whole page first, then only what changed', async () => {
  const { state, streams, happen, settle } = stage()
  const got: string[] = []
  streams.subscribe(eye, (data) => got.push(data))
  await settle()
  assert.deepEqual(
    [...(got[0] ?? '').matchAll(/hx-target="#(\w+)"/g)].map(([, id]) => id),
    ['state', 'fleet', 'cycle', 'finds'],
  )
  state.home = makeHome({ finds: [makeFind({ title: 'Neue Lampe' }), makeFind()] })
  await happen()
  assert.equal(got.length, 2)
  assert.match(got[1] ?? '', /hx-target="#finds".*Neue Lampe/s)
  assert.doesNotMatch(got[1] ?? '', /#fleet/)
})

test('time that passes is no change: the page counts by itself', async () => {
  const { state, streams, happen, settle } = stage()
  const got: string[] = []
  streams.subscribe(eye, (data) => got.push(data))
  await settle()
  state.now += 30_000
  await happen()
  assert.equal(got.length, 1)
})

test('a hundred pages with the same eyes are read and drawn once', async () => {
  const { state, database, streams, happen, settle } = stage()
  let sent = 0
  for (let page = 0; page < 100; page += 1) streams.subscribe(eye, () => (sent += 1))
  await settle()
  const before = database.calls.length
  sent = 0
  state.home = makeHome({ findsLastHour: 9 })
  await happen()
  assert.equal(sent, 100)
  assert.ok(database.calls.length - before <= 2, `${database.calls.length - before} reads`)
})

test('when the last one leaves nothing is read any more', async () => {
  const { state, streams, settle } = stage()
  const leave = streams.subscribe(eye, () => undefined)
  await settle()
  leave()
  assert.equal(state.hear.size, 0)
})
