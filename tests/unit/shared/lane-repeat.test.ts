import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLane } from '#shared/lane.ts'
import { pause, repeat } from '#shared/repeat.ts'

test('a lane does one thing after the other, in the order they came', async () => {
  const lane = createLane()
  const first = Promise.withResolvers<void>()
  const steps: string[] = []
  const one = lane(async () => {
    steps.push('one begins')
    await first.promise
    steps.push('one ends')
    return 1
  })
  const two = lane(() => {
    steps.push('two')
    return Promise.resolve(2)
  })
  first.resolve()
  assert.deepEqual(await Promise.all([one, two]), [1, 2])
  assert.deepEqual(steps, ['one begins', 'one ends', 'two'])
})

test('what fails in a lane fails for its caller only', async () => {
  const lane = createLane()
  const failing = assert.rejects(
    lane(() => Promise.reject(new Error('mine'))),
    /mine/,
  )
  assert.equal(await lane(() => Promise.resolve('next')), 'next')
  await failing
})

test('a pause ends by its time or, without an error, by its signal', async () => {
  await pause(1, new AbortController().signal)
  const abort = new AbortController()
  const waiting = pause(600_000, abort.signal)
  abort.abort()
  await waiting
  await pause(600_000, abort.signal)
})

test('a loop runs at once and again until its signal aborts', async () => {
  const abort = new AbortController()
  let runs = 0
  await repeat(
    0,
    () => {
      runs += 1
      if (runs === 3) abort.abort()
      return Promise.resolve()
    },
    abort.signal,
  )
  assert.equal(runs, 3)
})

test('a loop that shall not run does not, and an error that escapes ends it', async () => {
  let runs = 0
  const work = () => {
    runs += 1
    return Promise.reject(new Error('escaped'))
  }
  await repeat(0, work, AbortSignal.abort())
  assert.equal(runs, 0)
  await assert.rejects(repeat(0, work, new AbortController().signal), /escaped/)
  assert.equal(runs, 1)
})
