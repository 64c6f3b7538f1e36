import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createScrape } from '../../../../main-worker/metrics/create-scrape.ts'
import { fleetMetrics } from '../../../../main-worker/metrics/fleet-metrics.ts'
import type { FleetSight } from '../../../../main-worker/metrics/look-at-fleet.ts'
import { makeSight } from './make-sight.ts'

let seen: FleetSight | null = null
const scrape = createScrape({ strategy: 'random' }, async () => seen)
const scrapeOf = async (sight: FleetSight | null): Promise<string[]> => {
  seen = sight
  return (await scrape()).text.split('\n')
}
/** The lines of one metric, without its name. */
const of = (lines: string[], name: string): string[] =>
  lines
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .map((line) => line.slice(name.length).trim())

test('a scrape tells state, counters and bans of every worker', async () => {
  const lines = await scrapeOf(makeSight())
  assert.deepEqual(of(lines, 'vigie_worker_state').slice(0, 4), [
    '{worker="worker-fr",state="healthy"} 1',
    '{worker="worker-fr",state="banned"} 0',
    '{worker="worker-fr",state="draining"} 0',
    '{worker="worker-fr",state="resting"} 0',
  ])
  assert.ok(of(lines, 'vigie_worker_state').includes('{worker="worker-us",state="banned"} 1'))
  assert.ok(lines.includes('# TYPE vigie_worker_requests_total counter'))
  assert.equal(of(lines, 'vigie_worker_requests_total')[0], '{worker="worker-fr"} 42')
  assert.equal(of(lines, 'vigie_worker_errors_total')[0], '{worker="worker-fr"} 2')
  const end = Date.parse('2026-11-22T10:30:00Z') / 1000
  assert.deepEqual(of(lines, 'vigie_worker_ban_end_timestamp_seconds'), [`{worker="worker-us"} ${end}`])
  assert.deepEqual(of(lines, 'vigie_next_ban_end_timestamp_seconds'), [String(end)])
})

test('a scrape tells cycles, messages, incidents, sessions and the database', async () => {
  const lines = await scrapeOf(makeSight())
  const all = Object.fromEntries(
    ['cycle_duration_seconds', 'cycle_alerts_checked', 'cycle_searches', 'cycle_requests_saved', 'cycle_running'].map(
      (name) => [name, of(lines, `vigie_${name}`)[0]],
    ),
  )
  assert.deepEqual(all, {
    cycle_duration_seconds: '45.23',
    cycle_alerts_checked: '41',
    cycle_searches: '38',
    cycle_requests_saved: '3',
    cycle_running: '0',
  })
  assert.deepEqual(of(lines, 'vigie_cycles_24h'), [
    '{state="done"} 280',
    '{state="partial"} 0',
    '{state="failed"} 1',
    '{state="skipped"} 0',
  ])
  assert.deepEqual(of(lines, 'vigie_outbox_waiting'), ['{channel="console"} 0', '{channel="telegram"} 3'])
  assert.deepEqual(of(lines, 'vigie_outbox_oldest_seconds'), ['{channel="telegram"} 12'])
  assert.deepEqual(of(lines, 'vigie_dead_letters_24h')[1], '{channel="telegram"} 2')
  assert.deepEqual(of(lines, 'vigie_open_incidents'), ['{kind="ban"} 2', '{kind="dead-letters"} 1'])
  assert.deepEqual(of(lines, 'vigie_session_age_seconds'), [
    '{worker="worker-fr",market="fr"} 300',
    '{worker="shared",market="fr"} 60',
  ])
  const fresh = [
    'find_age_p95_seconds',
    'find_delivery_p95_seconds',
    'requests_per_find',
    'requests_1h',
    'bound_seconds',
  ]
  assert.deepEqual(
    fresh.map((name) => of(lines, `vigie_${name}`)[0]),
    ['250', '4', '6', '190', '720'],
  )
  assert.deepEqual(of(lines, 'vigie_database_round_trip_seconds'), ['0.002'])
  assert.deepEqual(of(lines, 'vigie_strategy'), ['{strategy="random"} 1'])
})

test('a second scrape replaces the first: counters are the database’s, and what ended is gone', async () => {
  await scrapeOf(makeSight())
  const { fleet, ...rest } = makeSight({ incidents: [] })
  const lines = await scrapeOf({ ...rest, fleet: { ...fleet, workers: fleet.workers.slice(0, 1) } })
  assert.deepEqual(of(lines, 'vigie_worker_requests_total'), ['{worker="worker-fr"} 42'])
  assert.deepEqual(of(lines, 'vigie_open_incidents'), [])
  assert.deepEqual(of(lines, 'vigie_next_ban_end_timestamp_seconds'), [])
})

test('while the database is away the process is still measured, and nothing is invented about the fleet', async () => {
  await scrapeOf(makeSight())
  const lines = await scrapeOf(null)
  assert.deepEqual(of(lines, 'vigie_database_up'), ['0'])
  for (const { name } of fleetMetrics) assert.deepEqual(of(lines, name), [], name)
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
    assert.equal(of(lines, name).length, 1, name)
  assert.deepEqual(of(await scrapeOf(makeSight()), 'vigie_database_up'), ['1'])
})

test('before the first cycle there is no cycle to tell of', async () => {
  const lines = await scrapeOf(makeSight({ cycles: { runningCycle: null, lastCycle: null, searches: 0 } }))
  for (const name of ['duration_seconds', 'end_timestamp_seconds', 'alerts_checked', 'searches', 'requests'])
    assert.deepEqual(of(lines, `vigie_cycle_${name}`), [], name)
})

test('every metric is named vigie_, says what it is, and has no label that grows with alerts, chats or listings', async () => {
  const allowed = ['worker', 'market', 'state', 'channel', 'strategy', 'kind']
  for (const line of await scrapeOf(makeSight())) {
    if (!line.startsWith('vigie_')) continue
    for (const [, label = ''] of line.matchAll(/[{,](\w+)="/g)) assert.ok(allowed.includes(label), line)
  }
  assert.equal(new Set(fleetMetrics.map(({ name }) => name)).size, fleetMetrics.length)
  for (const { name, help, type } of fleetMetrics) {
    assert.match(name, /^vigie_[a-z0-9_]+$/)
    assert.ok(help.length > 10, name)
    assert.equal(name.endsWith('_total'), type === 'counter', name)
  }
})
