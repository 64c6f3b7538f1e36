import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Plan } from '../../../../main-worker/schedule/read-plan.ts'
import { runWindow } from '../../../../main-worker/schedule/run-window.ts'
import type { Window } from '../../../../main-worker/schedule/run-window.ts'
import { eventually } from '../../../support/fleet/eventually.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { recordingLogger } from '../../shared/recording-logger.ts'
import { makeFleet, makeWorker } from '../make-worker.ts'

const [FR, US] = ['worker-fr', 'worker-us']
/** More than are asked in the time of a test. */
const MANY = Array.from({ length: 10_000 }, (_, place) => `search-${place}`)
const REQUEST_MS = 5

const planOf = (fleet: ReturnType<typeof makeFleet>, keys: readonly string[]): Plan => ({
  now: 0,
  due: keys.map((searchKey) => ({ searchKey, market: 'fr', intervalMs: 60_000, dueAt: -1, lateness: 1 })),
  groups: new Map(keys.map((searchKey) => [searchKey, { searchKey, market: 'fr', alerts: [], serves: [searchKey] }])),
  workers: new Map(fleet.workers.filter(({ isDraining }) => !isDraining).map((worker) => [worker.id, worker])),
  isResting: () => false,
  isPaused: fleet.pause !== null,
})

/** A window over a fleet that the test may change while it runs. */
function openWindow(context: TestContext, keys: readonly string[], ask: Window['ask']) {
  const over = new AbortController()
  const stage = { fleet: makeFleet([makeWorker(FR), makeWorker(US)]) }
  const database = fakeDatabase({ count_new_alerts: () => 0, read_fleet: () => stage.fleet })
  const adapters = { config: { maxRetries: 3 }, logger: recordingLogger().logger, database }
  const window: Window = {
    lengthMs: 300_000,
    lookMs: 20,
    workerIds: [FR, US],
    readPlan: async () => planOf(stage.fleet, keys),
    ask,
  }
  const ended = runWindow(adapters as never, window, over.signal).catch(() => undefined)
  context.after(async () => {
    over.abort()
    await ended
  })
  return { stage, ended }
}

test('a search whose request met an absent database is asked again in the same window, whoever had it', async (context) => {
  let away = 1
  const served: string[] = []
  openWindow(context, ['a'], async (_worker, { searchKey }) => {
    if (away-- > 0) throw new Error('the database is away')
    served.push(searchKey)
    return 'good'
  })
  await eventually(async () => assert.deepEqual(served, ['a']), 8_000)
})

test('a worker that is drained is given nothing new, and gets work again when it is back', async (context) => {
  const asked: string[] = []
  const { stage } = openWindow(context, MANY, async ({ id }) => {
    asked.push(id)
    await sleep(REQUEST_MS)
    return 'good'
  })
  const lastAsked = (workers: string[]) =>
    eventually(async () => assert.deepEqual([...new Set(asked.slice(-20))].sort(), workers), 5_000)
  await lastAsked([FR, US])
  stage.fleet = makeFleet([makeWorker(FR, { isDraining: true }), makeWorker(US)])
  await lastAsked([US])
  stage.fleet = makeFleet([makeWorker(FR), makeWorker(US)])
  await lastAsked([FR, US])
})

test('a pause of the fleet ends the window although nothing is due', async (context) => {
  const { stage, ended } = openWindow(context, [], async () => 'good')
  stage.fleet = makeFleet(stage.fleet.workers, { pause: { until: null, reason: 'holiday' } as never })
  const isOver = await Promise.race([ended.then(() => true), sleep(5_000, false, { ref: false })])
  assert.ok(isOver)
})
