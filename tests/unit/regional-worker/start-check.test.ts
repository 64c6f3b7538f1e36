import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCheck } from '../../../regional-worker/commands/execute-command.ts'
import type { Context } from '../../../regional-worker/context.ts'
import { makeAlert } from '../shared/make-alert.ts'
import { recordingLogger } from '../shared/recording-logger.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const payload = { alerts: [makeAlert({ market: 'fr' })] }

const worker = () =>
  ({
    config: { gap: { minMs: 12_000, maxMs: 25_000 } },
    clock: { now: () => NOW },
    logger: recordingLogger().logger,
    pace: { nextRequestAt: () => null },
    sessions: { load: () => Promise.resolve({}) },
    run: { current: null },
    stopping: new AbortController().signal,
  }) as unknown as Context

const isBusy = (error: { code: string }): boolean => error.code === 'WORKER_BUSY'

test('one check at a time: a second is refused while the first is not over', async () => {
  const context = worker()
  await startCheck(context, payload, new AbortController().signal)
  await assert.rejects(startCheck(context, payload, new AbortController().signal), isBusy)
})

test('a caller that hangs up before the first line was read leaves the worker free', async () => {
  const context = worker()
  const caller = new AbortController()
  await startCheck(context, payload, caller.signal)
  caller.abort(new Error('the caller hung up'))
  assert.equal(context.run.current, null)
  await startCheck(context, payload, new AbortController().signal)
})

test('so does one that hung up while the sessions were looked for', async () => {
  const context = worker()
  const caller = new AbortController()
  context.sessions.load = () => {
    caller.abort(new Error('the caller hung up'))
    return Promise.resolve(null)
  }
  await assert.rejects(startCheck(context, payload, caller.signal))
  assert.equal(context.run.current, null)
})

test('a broader search that does not hold one of its alerts is refused before anything is asked', async () => {
  const cover = { ...makeAlert({ market: 'fr' }), priceMin: 10, priceMax: null }
  const refused = startCheck(worker(), { ...payload, cover }, new AbortController().signal)
  await assert.rejects(refused, {
    httpStatus: 400,
    code: 'VALIDATION_FAILED',
    message: /^payload\.cover: .*not so for alert/,
  })
})
