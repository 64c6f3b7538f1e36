import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunAlert } from '#shared/contracts/run.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import { summariseRun } from '#shared/runs/summarise-run.ts'
import { successRate } from '../../../main-worker/fleet/read-stats.ts'
import { workerAvailability } from '../../../main-worker/fleet/worker-availability.ts'
import { uuid } from '../shared/make-alert.ts'
import { makeWorker } from './make-worker.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const at = (ms: number): string => new Date(NOW + ms).toISOString()
const ids = (workers: { id: string }[]): string[] => workers.map(({ id }) => id)

test('available is who is healthy, not banned, not resting and not draining; the others say why and until when', () => {
  const workers = [
    makeWorker('worker-fr'),
    makeWorker('worker-us', { bannedUntil: at(1), banReason: '403' }),
    makeWorker('worker-nl', { isDraining: true }),
    makeWorker('worker-uk', { restingUntil: at(2) }),
    makeWorker('worker-de', { isHealthy: false, lastError: 'connection timeout' }),
    makeWorker('worker-it', { isHealthy: false }),
  ]
  const { available, unavailable, isOwnNetworkSuspect } = workerAvailability(workers)
  assert.deepEqual(ids(available), ['worker-fr'])
  assert.deepEqual(unavailable, [
    { id: 'worker-us', reason: 'banned (403)', until: at(1) },
    { id: 'worker-nl', reason: 'draining', until: null },
    { id: 'worker-uk', reason: 'resting (429)', until: at(2) },
    { id: 'worker-de', reason: 'unhealthy (connection timeout)', until: null },
    { id: 'worker-it', reason: 'unhealthy (never checked)', until: null },
  ])
  assert.equal(isOwnNetworkSuspect, false)
})

test('when all of two or more workers look dead it is rather our own network: they are tried, but never a banned one', () => {
  const dead: Partial<WorkerRow> = { isHealthy: false, lastError: 'connection timeout' }
  const { available, isOwnNetworkSuspect } = workerAvailability([
    makeWorker('worker-fr', dead),
    makeWorker('worker-us', dead),
    makeWorker('worker-nl', { ...dead, bannedUntil: at(1) }),
  ])
  assert.ok(isOwnNetworkSuspect)
  assert.deepEqual(ids(available), ['worker-fr', 'worker-us'])
  assert.deepEqual(workerAvailability([makeWorker('worker-fr', dead)]).available, [])
  assert.deepEqual(workerAvailability([]).available, [])
})

test('a success rate is a percentage with two decimals, and null before the first request', () => {
  const rate = (successCount: number, requestCount: number) => successRate({ successCount, requestCount })
  assert.deepEqual([rate(40, 42), rate(0, 0), rate(0, 3), rate(7, 7), rate(1, 3)], [95.24, null, 0, 100, 33.33])
})

const row = (place: number, over: Partial<RunAlert> = {}): RunAlert => ({
  alertId: uuid(place),
  verdict: 'ok',
  error: null,
  workerId: 'worker-fr',
  searchKey: `s${place}`,
  itemsChecked: 96,
  matches: 2,
  newMatches: 1,
  dropped: {},
  ms: 10,
  checkedAt: at(0),
  requests: 1,
  ...over,
})
const assign = (id: string, places: number[], error: string | null = null) => ({
  id,
  region: 'cdg',
  alertIds: new Set(places.map(uuid)),
  error,
})
const run = { runId: uuid(99), startedAt: at(-45_230) }

test('a summary counts what was checked, by worker and in total, and what shared searches saved', () => {
  const rows = [
    row(1),
    row(2, { searchKey: 's1' }),
    row(3, { workerId: 'worker-us', requests: 2 }),
    row(4, {
      workerId: 'worker-us',
      verdict: 'blocked',
      error: 'HTTP 403',
      itemsChecked: 0,
      matches: 0,
      newMatches: 0,
    }),
    row(5, { workerId: 'nobody', verdict: null, requests: 0, itemsChecked: 0, matches: 0, newMatches: 0 }),
  ]
  const summary = summariseRun(
    run,
    rows,
    [1, 2, 1, 0].map((requests) => ({ requests })),
    [assign('worker-fr', [1, 2, 9]), assign('worker-us', [3, 4], 'HTTP 403')],
    NOW,
  )
  const share = { region: 'cdg', alertsAssigned: 2 }
  assert.deepEqual(summary, {
    runId: uuid(99),
    status: 'partial',
    startedAt: at(-45_230),
    durationMs: 45_230,
    workers: [
      { ...share, id: 'worker-fr', ok: true, alertsChecked: 2, itemsChecked: 192, matches: 4, newMatches: 2 },
      {
        ...share,
        id: 'worker-us',
        ok: false,
        alertsChecked: 1,
        itemsChecked: 96,
        matches: 2,
        newMatches: 1,
        error: 'HTTP 403',
      },
    ],
    totals: {
      alerts: 5,
      alertsChecked: 3,
      itemsChecked: 288,
      matches: 6,
      newMatches: 3,
      errors: 2,
      requests: 4,
      requestsSaved: 1,
    },
  })
})

test('a run is done, partial, failed or skipped by what was checked', () => {
  const status = (...rows: RunAlert[]) => summariseRun(run, rows, [], [], NOW).status
  const bad = row(2, { verdict: 'blocked' })
  assert.deepEqual(
    [status(row(1)), status(row(1), bad), status(bad), status()],
    ['done', 'partial', 'failed', 'skipped'],
  )
})

test('a clock that went back makes no negative duration', () => {
  assert.equal(summariseRun({ ...run, startedAt: at(5_000) }, [], [], [], NOW).durationMs, 0)
})
