import assert from 'node:assert/strict'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { addAlerts, askedSince } from '../../support/parts/searches.ts'
import { countOverlaps, countRecorded, finishedRun, nextRun, readItems, readRuns } from '../../support/parts/runs.ts'
import { startPartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { PartsFleet } from '../../support/parts/start-parts-fleet.ts'
import type { Part } from '../../support/parts/start-part.ts'
import { testPromise } from './support/test-promise.ts'

const KILLS = timesOf(2, 20)
const ALERTS = 24
const PROMISED_MS = 25_000

type Killed = { takenOverMs: number; repeated: number; missing: number }

/** The leader is killed when a third of its cycle is recorded; the other main has nothing but the database to go by. */
async function killMidCycle(fleet: PartsFleet, leader: Part): Promise<Killed> {
  const { sql } = fleet
  const since = Date.now()
  const before = await readRuns(sql)
  await fleet.api(leader, 'POST', '/api/v1/alerts/run-once', { prefer: 'respond-async' })
  const { id } = await nextRun(sql, before)
  await eventually(async () => assert.ok((await countRecorded(sql, id)) >= ALERTS / 3), 60_000)
  await leader.signal('SIGKILL')
  const killedAt = Date.now()
  const attempt = Math.max(...(await readItems(sql, id)).map((item) => item.attempt))

  await eventually(async () => {
    const isPlanned = (await readItems(sql, id)).some((item) => item.attempt > attempt)
    assert.ok(isPlanned, 'nobody has planned what was left')
  }, 90_000)
  const takenOverMs = Date.now() - killedAt
  await finishedRun(sql, id)
  const asked = [...(await askedSince(fleet.sandbox.control, since)).values()]
  assert.equal(asked.length, ALERTS, 'the sandbox knows who was asked for')
  return {
    takenOverMs,
    repeated: asked.reduce((extra, times) => extra + times - 1, 0),
    missing: ALERTS - (await countRecorded(sql, id)),
  }
}

testPromise(
  {
    fault: 'main killed in the middle of a cycle, another main beside it',
    promise: 'the same run is finished by the other within 25 s; only what had no result is planned; never two cycles',
  },
  async () => {
    await using fleet = await startPartsFleet({
      regionEnv: { REQUEST_DELAY_MIN_MS: '700', REQUEST_DELAY_MAX_MS: '900' },
    })
    await addAlerts(fleet.sql, ALERTS)
    let leader = await fleet.startMain(0)
    await fleet.api(leader, 'POST', '/api/v1/alerts/run-once')
    let other = await fleet.startMain(1)
    const kills: Killed[] = []
    for (let done = 0; done < KILLS; done += 1) {
      kills.push(await killMidCycle(fleet, leader))
      const fallen = done % 2 === 0 ? 0 : 1
      leader = other
      if (done + 1 < KILLS) other = await fleet.startMain(fallen)
    }

    const runs = await readRuns(fleet.sql)
    const overlaps = await countOverlaps(fleet.sql)
    const slowestMs = Math.max(...kills.map(({ takenOverMs }) => takenOverMs))
    const repeated = kills.reduce((total, kill) => total + kill.repeated, 0)
    const missing = kills.reduce((total, kill) => total + kill.missing, 0)
    const isKept =
      slowestMs <= PROMISED_MS && repeated === 0 && missing === 0 && overlaps === 0 && runs.length === KILLS + 1
    return {
      n: `${KILLS} kills`,
      result: `${missing} of ${KILLS * ALERTS} checks lost, ${repeated} asked twice, ${overlaps} cycles at once; taken over after ${(slowestMs / 1000).toFixed(1)} s at most`,
      kept: isKept,
      detail: { kills, runs },
    }
  },
)
