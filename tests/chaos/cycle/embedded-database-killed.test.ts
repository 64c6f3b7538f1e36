import assert from 'node:assert/strict'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'
import { timesOf } from '../support/chaos-size.ts'
import { countArrived } from '../../support/parts/finds.ts'
import { publishFinds } from '../../support/parts/publish-finds.ts'
import { alertAt } from '../../support/parts/searches.ts'
import { testPromise } from './support/test-promise.ts'

const KILLS = timesOf(2, 30)
const ALERTS = 8

/** The embedded database has one session and no port of its own: it is read through the API. While it is away it answers 5xx. */
async function read(fleet: TestFleet, path: string): Promise<Json> {
  const { status, body } = await fleet.api('GET', path)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

const outboxEmpty = (fleet: TestFleet): Promise<void> =>
  eventually(async () => {
    const { messages } = await read(fleet, '/api/v1/outbox?limit=1000')
    assert.ok(messages.every((message: Json) => message.status === 'sent'))
    assert.ok(messages.length >= ALERTS)
  }, 120_000)

/** Killed while a cycle runs; answers how long after that the first check was recorded. */
async function killMidCycle(fleet: TestFleet): Promise<number> {
  await eventually(async () => {
    const [newest] = (await read(fleet, '/api/v1/runs?limit=1')).runs
    assert.equal(newest?.status, 'running')
  }, 60_000)
  const { pid } = fleet.local().database
  process.kill(pid, 'SIGKILL')
  const killedAt = Date.now()
  await eventually(async () => assert.notEqual(fleet.local().database.pid, pid), 60_000)
  return eventually(async () => {
    const [newest] = (await read(fleet, '/api/v1/alerts')).alerts
      .map((alert: Json) => Date.parse(alert.lastCheckedAt))
      .sort((a: number, b: number) => b - a)
    assert.ok(newest > killedAt, 'nothing was checked since')
    return newest - killedAt
  }, 90_000)
}

testPromise(
  {
    fault: 'the embedded database process killed in the middle of a cycle',
    promise: 'started again by itself; 0 lost, 0 doubled',
  },
  async () => {
    await using fleet = await startTestFleet({
      env: {
        ALERT_CHECK_INTERVAL_MS: '3000',
        ALERT_CHECK_INITIAL_DELAY_MS: '0',
        REQUEST_DELAY_MIN_MS: '400',
        REQUEST_DELAY_MAX_MS: '600',
      },
    })
    for (let place = 0; place < ALERTS; place += 1) await fleet.createAlert(alertAt(place))
    await eventually(async () => {
      const { alerts } = await read(fleet, '/api/v1/alerts')
      assert.ok(alerts.every((alert: Json) => alert.lastCheckedAt !== null))
    }, 60_000)
    await outboxEmpty(fleet)
    const publishing = publishFinds(fleet.control, ALERTS, 400)
    await using stopping = new AsyncDisposableStack()
    stopping.defer(() => publishing.stop())
    const recoveries: number[] = []
    while (recoveries.length < KILLS) recoveries.push(await killMidCycle(fleet))
    await publishing.stop()

    const { lost, doubled } = await countArrived(fleet.control, publishing.titles, () => outboxEmpty(fleet))
    const slowestMs = Math.max(...recoveries)
    return {
      n: `${KILLS} kills, ${publishing.titles.length} finds`,
      result: `${lost} lost, ${doubled} doubled; the next check recorded ${(slowestMs / 1000).toFixed(1)} s after the kill at most`,
      kept: lost === 0 && doubled === 0,
      detail: { recoveries },
    }
  },
)
