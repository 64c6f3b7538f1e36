import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from '../../../../main-worker/schedule/read-plan.ts'
import { runWindow } from '../../../../main-worker/schedule/run-window.ts'
import type { Window } from '../../../../main-worker/schedule/run-window.ts'
import { makeWorker } from '../make-worker.ts'
import { recordingLogger } from '../../shared/recording-logger.ts'

const ONLY = 'worker-fr'

const planOf = (keys: readonly string[]): Plan => ({
  now: 0,
  due: keys.map((searchKey) => ({ searchKey, market: 'fr', intervalMs: 60_000, dueAt: -1, lateness: 1 })),
  groups: new Map(keys.map((searchKey) => [searchKey, { searchKey, market: 'fr', alerts: [], serves: [searchKey] }])),
  workers: new Map([[ONLY, makeWorker(ONLY)]]),
  isResting: () => false,
  isPaused: false,
})
const context = () =>
  ({
    config: { maxRetries: 3 },
    logger: recordingLogger().logger,
    database: { call: async () => 0 },
  }) as never

/** One worker, one search, until the search was asked so many times. */
async function askUntil(times: number, ask: (time: number) => ReturnType<Window['ask']>): Promise<number> {
  const over = new AbortController()
  let asked = 0
  const window: Window = {
    lengthMs: 10_000,
    workerIds: [ONLY],
    readPlan: async () => planOf(['a']),
    ask: async () => {
      asked += 1
      if (asked === times) over.abort()
      return ask(asked)
    },
  }
  const timer = setTimeout(() => over.abort(), 8_000)
  await runWindow(context(), window, over.signal).catch(() => undefined)
  clearTimeout(timer)
  return asked
}

test('a search whose request met an absent database is asked again in the same window, by the same worker if need be', async () => {
  const asked = await askUntil(2, async (time) => {
    if (time === 1) throw new Error('the database is away')
    return 'good'
  })
  assert.equal(asked, 2)
})
