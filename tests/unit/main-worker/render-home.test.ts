import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutboxRow } from '#shared/database/outbox.ts'
import { renderHome } from '../../../main-worker/dashboard/render-home.ts'
import { readStats } from '../../../main-worker/fleet/read-stats.ts'
import type { Context } from '../../../main-worker/context.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { makeAlert, uuid } from '../shared/make-alert.ts'
import { makeFound } from '../shared/make-listing.ts'
import { makeFleet, makeWorker } from './make-worker.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const HOSTILE = '</td><script>alert("x")</script><img src=x onerror=alert(1)>'

const message = (over: Partial<OutboxRow> = {}): OutboxRow => ({
  id: uuid(1),
  channel: 'telegram',
  destination: '1',
  alertId: null,
  itemId: 1,
  event: 'new',
  kind: 'find',
  status: 'sent',
  attempts: 1,
  possibleRepeats: 0,
  notBefore: '2026-11-22T11:59:00Z',
  lastError: null,
  createdAt: '2026-11-22T11:59:00Z',
  settledAt: null,
  payload: { listing: makeFound() },
  ...over,
})

async function statsOf(...workers: ReturnType<typeof makeWorker>[]) {
  const database = fakeDatabase({
    read_fleet: () => makeFleet(workers),
    list_due_alerts: () => [],
    list_incidents: () => [],
    list_market_rests: () => [],
    read_sizes: () => ({ databaseBytes: 0, tables: [] }),
    read_fleet_numbers: () => ({
      ageOfFinds: { p50S: null, p95S: null, count: 0 },
      outbox: { waiting: 3, oldestAgeS: 5 },
      fencing: { staleWrites: 0, refusedSlots: 0 },
      lastCycle: null,
      runningCycle: null,
    }),
  })
  const config = { cycleEveryMs: 300_000, meanGapMs: 18_500 }
  return readStats({ database, config } as unknown as Context)
}
const render = async (over: Partial<Parameters<typeof renderHome>[0]> = {}) => {
  const facts = { stats: await statsOf(makeWorker('worker-fr')), alerts: [], messages: [], now: NOW, nonce: 'n0nce' }
  return String(await renderHome({ ...facts, ...over }))
}

test('texts of strangers are shown, never run', async () => {
  const page = await render({
    stats: await statsOf(makeWorker('worker-fr', { name: HOSTILE, isHealthy: false, lastError: HOSTILE })),
    alerts: [
      makeAlert({ name: HOSTILE, parkedReason: HOSTILE }),
      makeAlert({ name: 'x', url: `https://www.vinted.fr/"><script>alert(1)</script>` }),
    ],
    messages: [message({ payload: { listing: makeFound({ title: HOSTILE }) }, status: 'failed', lastError: HOSTILE })],
  })
  assert.ok(!/<script|<img/i.test(page))
  assert.equal(page.match(/&lt;script&gt;alert\(&quot;x&quot;\)/g)?.length, 6)
})

test('the style carries the nonce of the answer', async () => {
  assert.match(await render(), /<style nonce="n0nce">/)
})

test('the page says in words how the fleet is, what was found and which alerts there are', async () => {
  const banned = makeWorker('worker-us', { bannedUntil: '2026-11-22T12:30:00Z', banReason: '403' })
  const page = await render({
    stats: await statsOf(makeWorker('worker-fr', { requestCount: 42, successCount: 40, errorCount: 2 }), banned),
    alerts: [makeAlert({ name: 'Nike', lastCheckedAt: '2026-11-22T11:59:30Z' })],
    messages: [message()],
  })
  assert.match(page, /1 of 2 regions at work/)
  assert.match(page, /● at work/)
  assert.match(page, /95\.24 %/)
  assert.match(page, /refused by the site \(403\) until 2026-11-22T12:30:00Z/)
  assert.match(page, /Nike Air Max 90: 30\.00 EUR \(32\.20 with fees\)/)
  assert.match(page, /30 s ago/)
  assert.match(page, /3 message\(s\) waiting/)
})

test('an empty fleet says what to do', async () => {
  const page = await render({ stats: await statsOf() })
  assert.match(page, /No worker is configured\./)
  assert.match(page, /No alert yet: POST \/api\/v1\/alerts makes one\./)
})
