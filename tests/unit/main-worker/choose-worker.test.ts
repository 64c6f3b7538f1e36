import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseWorker } from '../../../main-worker/fleet/choose-worker.ts'
import type { Candidate } from '../../../main-worker/fleet/choose-worker.ts'
import { strategies } from '../../../main-worker/config.ts'
import type { Strategy } from '../../../main-worker/config.ts'

const worker = (id: string, requestCount = 0, successCount = requestCount): Candidate => ({
  id,
  requestCount,
  successCount,
  errorCount: requestCount - successCount,
})
const four = ['worker-fr', 'worker-nl', 'worker-uk', 'worker-us'].map((id) => worker(id))

/** mulberry32: the same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function count(strategy: Strategy, available: Candidate[], choices: number): Record<string, number> {
  const random = seeded(42)
  const counts: Record<string, number> = {}
  for (let choice = 0; choice < choices; choice += 1) {
    const id = chooseWorker(strategy, available, { cursor: null, random })?.id ?? 'nobody'
    counts[id] = (counts[id] ?? 0) + 1
  }
  return counts
}

const choose = (strategy: Strategy, available: Candidate[], cursor: string | null = null, random = 0) =>
  chooseWorker(strategy, available, { cursor, random: () => random })?.id ?? null

test('random is uniform over the available workers: 1,000 choices of four are 250 each within five deviations', () => {
  const counts = count('random', four, 1_000)
  assert.equal(Object.keys(counts).length, 4)
  // σ = √(1000 · ¼ · ¾) = 13.7
  for (const [id, times] of Object.entries(counts)) assert.ok(Math.abs(times - 250) <= 68, `${id}: ${times}`)
})

test('random never leaves the list, at either end of chance', () => {
  assert.equal(choose('random', four, null, 0), 'worker-fr')
  assert.equal(choose('random', four, null, 1 - Number.EPSILON), 'worker-us')
})

test('round-robin goes through the ids in sorted order and begins anew', () => {
  const seen: (string | null)[] = []
  let cursor: string | null = null
  for (let turn = 0; turn < 6; turn += 1) {
    cursor = choose('round-robin', four.toReversed(), cursor)
    seen.push(cursor)
  }
  assert.deepEqual(seen, ['worker-fr', 'worker-nl', 'worker-uk', 'worker-us', 'worker-fr', 'worker-nl'])
})

test('round-robin goes on after a worker that is gone', () => {
  const without = four.filter(({ id }) => id !== 'worker-nl')
  assert.equal(choose('round-robin', without, 'worker-nl'), 'worker-uk')
  assert.equal(choose('round-robin', without, 'worker-zz'), 'worker-fr')
})

test('least-used takes the lowest number of requests and shares ties by chance', () => {
  const workers = [worker('a', 5), worker('b', 2), worker('c', 9), worker('d', 2)]
  const counts = count('least-used', workers, 1_000)
  assert.deepEqual(Object.keys(counts).toSorted(), ['b', 'd'])
  assert.ok(Math.abs((counts['b'] ?? 0) - 500) <= 80, String(counts['b']))
})

test('health-based takes the best share of successes; no request counts as 1; ties go to the fewest requests', () => {
  // Shares by hand: a 40/42 = 0.952, b 9/10 = 0.9, c 100/100 = 1, d 3/3 = 1, e 0/0 = 1, f 0/4 = 0.
  const [a, b, c] = [worker('a', 42, 40), worker('b', 10, 9), worker('c', 100, 100)]
  const [d, e, f] = [worker('d', 3, 3), worker('e'), worker('f', 4, 0)]
  assert.equal(choose('health-based', [a, b, c, d, e, f]), 'e')
  assert.equal(choose('health-based', [a, b, c, d, f]), 'd')
  assert.equal(choose('health-based', [a, b, c, f]), 'c')
  assert.equal(choose('health-based', [a, b, f]), 'a')
  assert.equal(choose('health-based', [b, f]), 'b')
  assert.equal(choose('health-based', [f]), 'f')
})

test('no strategy finds anybody where nobody is', () => {
  for (const strategy of strategies) assert.equal(choose(strategy, []), null)
})

test('the list that is given is left as it is', () => {
  const workers = four.toReversed()
  for (const strategy of strategies) choose(strategy, workers)
  assert.deepEqual(workers, four.toReversed())
})
