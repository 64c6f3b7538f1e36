import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { CheckEvent } from '../../../regional-worker/commands/check-alerts.ts'
import { streamLines } from '../../../regional-worker/commands/stream-lines.ts'
import { collect } from '../shared/collect.ts'
import { makeFound } from '../shared/make-listing.ts'
import { uuid } from '../shared/make-alert.ts'

const context = {
  bootId: 'boot',
  pace: { nextRequestAt: () => '2026-11-22T12:00:20Z', takeSlot: () => Promise.reject(new Error('not asked')) },
}
const match = { ...makeFound(), alertId: uuid(1), isNew: true }
const checked = (over: Partial<Extract<CheckEvent, { kind: 'checked' }>> = {}): CheckEvent => ({
  kind: 'checked',
  alertId: uuid(1),
  verdict: 'ok',
  error: null,
  itemsChecked: 96,
  matches: [match, match],
  newMatches: 1,
  ms: 40,
  ...over,
})
async function* events(...all: CheckEvent[]): AsyncGenerator<CheckEvent> {
  for (const event of all) yield await Promise.resolve(event)
}
const tell = (...all: CheckEvent[]) => collect(streamLines(context, 'run', events(...all)))

test('a check is told line by line, with a summary of what was answered at its end', async () => {
  const verdict = 'upstream-error' as const
  const failed = { verdict, error: 'HTTP 500', itemsChecked: 0, matches: [], newMatches: 0 }
  assert.deepEqual(await tell(checked(), checked(failed), { kind: 'done' }), [
    { line: 'accepted', runId: 'run', bootId: 'boot' },
    {
      line: 'alert-checked',
      alertId: uuid(1),
      verdict: 'ok',
      error: null,
      itemsChecked: 96,
      matches: 2,
      newMatches: 1,
      ms: 40,
    },
    { line: 'alert-checked', alertId: uuid(1), ms: 40, ...failed, matches: 0 },
    { line: 'done', summary: { alertsChecked: 1, itemsChecked: 96, matches: 2, newMatches: 1 } },
  ])
})

test('refusals, failures and drains are lines too', async () => {
  const failure = { success: false as const, error: 'HTTP 403', code: 'BLOCKED', httpStatus: 403 }
  const lines = await tell(
    { kind: 'refused', verdict: 'blocked', market: 'fr', until: null },
    { kind: 'failed', failure, remaining: [uuid(2)] },
  )
  assert.deepEqual(lines.slice(1), [
    { line: 'refused', verdict: 'blocked', market: 'fr', until: null },
    { line: 'failed', failure, remaining: [uuid(2)] },
  ])
  assert.deepEqual((await tell({ kind: 'drain', remaining: [uuid(3)] })).at(-1), {
    line: 'drain',
    remaining: [uuid(3)],
  })
})

test('every five seconds of silence there is a heartbeat, and no event is lost to it', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const held = Promise.withResolvers<void>()
    async function* slow(): AsyncGenerator<CheckEvent> {
      await held.promise
      yield checked()
      yield { kind: 'done' }
    }
    const lines = streamLines(context, null, slow())
    assert.equal((await lines.next()).value?.line, 'accepted')
    for (let beat = 0; beat < 3; beat += 1) {
      const next = lines.next()
      // The wait begins some microtasks after it is asked for.
      await new Promise((resolve) => setImmediate(resolve))
      mock.timers.tick(4_999)
      mock.timers.tick(1)
      assert.deepEqual((await next).value, { line: 'heartbeat', nextRequestAt: '2026-11-22T12:00:20Z' })
    }
    held.resolve()
    assert.equal((await lines.next()).value?.line, 'alert-checked')
    assert.equal((await lines.next()).value?.line, 'done')
    assert.equal((await lines.next()).done, true)
  } finally {
    mock.timers.reset()
  }
})

test('a reader that goes away ends the check', async () => {
  let isEnded = false
  async function* endless(): AsyncGenerator<CheckEvent> {
    try {
      for (;;) yield await Promise.resolve(checked())
    } finally {
      isEnded = true
    }
  }
  for await (const { line } of streamLines(context, null, endless())) if (line === 'alert-checked') break
  assert.ok(isEnded)
})
