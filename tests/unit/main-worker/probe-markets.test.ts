import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '../../../main-worker/context.ts'
import { probeMarkets } from '../../../main-worker/fleet/probe-markets.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { makeAlert } from '../shared/make-alert.ts'
import { makeFleet, makeWorker } from './make-worker.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')

async function probe(verdict: string, movedAt: string) {
  const database = fakeDatabase({
    list_due_alerts: () => [{ alert: makeAlert({ market: 'fr' }), revision: 1 }],
    read_fleet: () => makeFleet([makeWorker('worker-fr')]),
    set_round_robin_cursor: () => null,
    count_command: () => null,
    record_probe: () => movedAt,
    open_incident: () => true,
    close_incident: () => false,
  })
  const data = { task: 'probe-market', market: 'fr', verdict, detail: 'as seen', newestIds: [3, 2, 1] }
  const context = {
    database,
    config: { strategy: 'random', maxRetries: 1, requestTimeoutMs: 1 },
    clock: { now: () => NOW },
    random: () => 0,
    logger: { info: () => undefined, warn: () => undefined, debug: () => undefined },
    regions: { execute: () => Promise.resolve({ success: true, data }) },
  } as unknown as Context
  await probeMarkets(context, new AbortController().signal)
  const named = (fn: 'open_incident' | 'close_incident') =>
    database.argsOf(fn).map((args) => {
      const { kind, subject } = args as { kind: string; subject: string }
      return `${kind} ${subject}`
    })
  return { opened: named('open_incident'), closed: named('close_incident') }
}

test('a market that answers as it should closes what was open', async () => {
  const { opened, closed } = await probe('ok', '2026-11-22T11:59:00Z')
  assert.deepEqual(opened, [])
  assert.deepEqual(closed, ['protocol-changed fr, canary', 'wrong-market fr, canary', 'frozen fr'])
})

test('an ignored filter and another country’s page are incidents, and say nothing of frozen', async () => {
  assert.deepEqual((await probe('protocol-changed', '')).opened, ['protocol-changed fr, canary'])
  assert.deepEqual((await probe('wrong-market', '')).opened, ['wrong-market fr, canary'])
  assert.deepEqual((await probe('protocol-changed', '')).closed, [])
})

test('a newest page that has stood still for three hours is frozen', async () => {
  assert.deepEqual((await probe('ok', '2026-11-22T09:00:01Z')).opened, [])
  assert.deepEqual((await probe('ok', '2026-11-22T08:59:00Z')).opened, ['frozen fr'])
})

test('a market that could not be asked changes nothing', async () => {
  assert.deepEqual(await probe('upstream-error', ''), { opened: [], closed: [] })
})
