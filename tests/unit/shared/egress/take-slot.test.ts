import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Slot } from '#shared/database/fleet.ts'
import { createPace } from '#shared/egress/take-slot.ts'
import { recordingLogger } from '../recording-logger.ts'
import { fakeDatabase } from '../fake-database.ts'

const NEXT = '2026-11-22T12:00:20Z'
const granted: Slot = { granted: true, nextAllowedAt: NEXT, nextInMs: 20_000 }
const wait = (waitMs = 0): Slot => ({ granted: false, reason: 'wait', waitMs })
const item = { runId: 'run', searchKey: 'key', attempt: 3 }
const never = new AbortController().signal
const gap = { minMs: 12_000, maxMs: 25_000 }

function paceOf(slots: (Slot | Promise<Slot>)[], random = 0) {
  const left = [...slots]
  const database = fakeDatabase({ take_slot: () => left.shift() ?? granted })
  const { logger } = recordingLogger()
  return { database, pace: createPace({ database, logger, egress: 'home', gap, random: () => random }) }
}

test('a request asks for a jittered gap, with the item that fences it', async () => {
  for (const [random, gapMs] of [
    [0, 12_000],
    [0.5, 18_500],
    [0.999_999, 25_000],
  ] as const) {
    const { database, pace } = paceOf([granted], random)
    assert.deepEqual(await pace.takeSlot('check', item, never), { kind: 'granted' })
    assert.deepEqual(database.argsOf('take_slot'), [
      { egress: 'home', gap_ms: gapMs, run_id: 'run', search_key: 'key', attempt: 3 },
    ])
  }
})

test('a request outside a cycle names no item', async () => {
  const { database, pace } = paceOf([granted])
  await pace.takeSlot('short', null, never)
  assert.deepEqual(database.argsOf('take_slot'), [{ egress: 'home', gap_ms: 12_000 }])
})

test('when the next request may start is known once a slot was granted', async () => {
  const { pace } = paceOf([wait(), granted])
  assert.equal(pace.nextRequestAt(), null)
  await pace.takeSlot('check', item, never)
  assert.equal(pace.nextRequestAt(), NEXT)
})

test('it waits as long as it is told and asks again', async () => {
  const { database, pace } = paceOf([wait(), wait(1), granted])
  assert.deepEqual(await pace.takeSlot('check', item, never), { kind: 'granted' })
  assert.equal(database.calls.length, 3)
})

test('a banned address and a superseded item get no slot', async () => {
  const until = '2026-11-22T12:30:00Z'
  const { pace } = paceOf([
    { granted: false, reason: 'banned', until, banReason: '403' },
    { granted: false, reason: 'banned', until, banReason: null },
    { granted: false, reason: 'superseded' },
  ])
  assert.deepEqual(await pace.takeSlot('check', item, never), { kind: 'banned', until, reason: '403' })
  assert.deepEqual(await pace.takeSlot('check', item, never), { kind: 'banned', until, reason: 'refused' })
  assert.deepEqual(await pace.takeSlot('check', item, never), { kind: 'superseded' })
})

test('a short command goes ahead of a check that came first and still waits', async () => {
  const first = Promise.withResolvers<Slot>()
  const { pace } = paceOf([first.promise])
  const order: string[] = []
  const check = pace.takeSlot('check', item, never).then(() => order.push('check'))
  await new Promise(setImmediate) // The check has asked and waits for its answer.
  const short = pace.takeSlot('short', null, never).then(() => order.push('short'))
  first.resolve(wait(5))
  await Promise.all([check, short])
  assert.deepEqual(order, ['short', 'check'])
})

test('a check that begins while short commands wait lets all of them go first', async () => {
  const held = Promise.withResolvers<Slot>()
  const { pace } = paceOf([held.promise])
  const order: string[] = []
  const all = [
    pace.takeSlot('short', null, never).then(() => order.push('short 1')),
    pace.takeSlot('short', null, never).then(() => order.push('short 2')),
    pace.takeSlot('check', item, never).then(() => order.push('check')),
  ]
  held.resolve(wait(1))
  await Promise.all(all)
  assert.equal(order.at(-1), 'check')
})

test('a check goes on when the short command ahead of it failed', async () => {
  const failing = Promise.reject(new Error('database away'))
  const { pace } = paceOf([failing])
  const short = assert.rejects(pace.takeSlot('short', null, never), /database away/)
  assert.deepEqual(await pace.takeSlot('check', item, never), { kind: 'granted' })
  await short
})

test('an abort ends the wait with its reason, and nothing more is asked', async () => {
  const abort = new AbortController()
  const { database, pace } = paceOf([wait(60_000)])
  const taken = pace.takeSlot('check', item, abort.signal)
  setImmediate(() => abort.abort(new Error('the caller hung up')))
  await assert.rejects(taken, /the caller hung up/)
  assert.equal(database.calls.length, 1)
  await assert.rejects(pace.takeSlot('check', item, abort.signal), /hung up/)
  assert.equal(database.calls.length, 1)
})
