import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { timeLine } from '../../../../../main-worker/dashboard/runs/time-line.ts'
import type { RunSearch } from '../../../../../shared/database/statistics.ts'

const START = Date.parse('2026-11-22T10:00:00Z')
const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString()

const search = (seconds: number, over: Partial<RunSearch> = {}): RunSearch => ({
  workerId: 'worker-fr',
  verdict: 'ok',
  checkedAt: at(seconds),
  ms: 1_000,
  alerts: 1,
  ...over,
})
const facts = { searches: [] as RunSearch[], refusals: [], startedAt: at(0), summary: null }

describe('the time line of a run', () => {
  test('a search is a bar from its start to its answer; one that waits has none, but counts', () => {
    const waiting = search(0, { verdict: null, checkedAt: null, ms: null })
    const { rows, from, to } = timeLine({ ...facts, searches: [search(5), waiting] }, START + 20_000)
    assert.deepEqual([from, to], [START, START + 20_000])
    assert.deepEqual(
      rows[0]?.bars.map((bar) => [bar.from - START, bar.to - START, bar.kind]),
      [[4_000, 5_000, 'served']],
    )
    assert.deepEqual(rows[0]?.counts, { served: 1, refused: 0, failed: 0, waiting: 1 })
  })

  test('a refusal whose search was served elsewhere later is a moment in the row of its region', () => {
    const refusals = [{ workerId: 'worker-us', at: at(2), verdict: 'challenged', evidenceId: null }]
    const { rows } = timeLine({ ...facts, searches: [search(5)], refusals }, START + 6_000)
    const us = rows.find(({ workerId }) => workerId === 'worker-us')
    assert.deepEqual(
      us?.bars.map(({ from, to, kind, verdict }) => [from - START, to - START, kind, verdict]),
      [[2_000, 2_000, 'refused', 'challenged']],
    )
    assert.equal(us?.counts.refused, 1)
  })

  test('a refusal that is the result of a search is not counted twice', () => {
    const refusals = [{ workerId: 'worker-fr', at: at(5), verdict: 'blocked', evidenceId: null }]
    const { rows } = timeLine({ ...facts, searches: [search(5, { verdict: 'blocked' })], refusals }, START + 6_000)
    assert.equal(rows[0]?.counts.refused, 1)
    assert.equal(rows[0]?.bars.length, 1)
  })

  test('of thousands, neighbours with one outcome become one bar that says how many they are', () => {
    const searches = Array.from({ length: 2_500 }, (_, n) => search(n, { verdict: n === 2_000 ? 'blocked' : 'ok' }))
    const { rows } = timeLine({ ...facts, searches }, START)
    assert.deepEqual(
      rows[0]?.bars.map(({ searches, kind }) => [searches, kind]),
      [
        [2_000, 'served'],
        [1, 'refused'],
        [499, 'served'],
      ],
    )
    assert.equal(rows[0]?.counts.served, 2_499)
  })

  test('a region that took part has a row, also when all it had went elsewhere', () => {
    const share = { region: 'iad', ok: false, alertsAssigned: 1, alertsChecked: 0, itemsChecked: 0, matches: 0 }
    const totals = { alerts: 1, alertsChecked: 1, itemsChecked: 0, matches: 0, newMatches: 0, errors: 0 }
    const summary = {
      runId: 'r',
      status: 'done' as const,
      startedAt: at(0),
      durationMs: 1,
      workers: [{ ...share, id: 'worker-us', newMatches: 0 }],
      totals: { ...totals, requests: 1, requestsSaved: 0 },
    }
    const { rows } = timeLine({ ...facts, searches: [search(1)], summary }, START)
    assert.deepEqual(
      rows.map(({ workerId }) => workerId),
      ['worker-fr', 'worker-us'],
    )
  })
})
