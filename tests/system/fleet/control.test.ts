import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'

const OWNER = '1000001'

describe('what the owner does by hand, and what the owner hears', () => {
  let fleet: TestFleet
  before(async () => {
    fleet = await startTestFleet({ env: { HEALTH_CHECK_INTERVAL_MS: '2000' } })
    for (const market of ['fr', 'us', 'nl', 'uk'])
      await fleet.createAlert({ name: market, market, searchText: `${market} thing` })
    assert.equal((await fleet.runOnce()).status, 'done')
  })
  beforeEach(async () => {
    await fleet.control('DELETE', 'faults')
    await fleet.api('POST', '/api/v1/fleet/resume')
    for (const { id } of fleet.local().workers) {
      await fleet.api('POST', `/api/v1/worker/${id}/unban`)
      await fleet.api('POST', `/api/v1/worker/${id}/resume`)
    }
  })
  after(() => fleet.stop())

  const stats = async (): Promise<Json> => (await fleet.api('GET', '/api/v1/worker/main/stats')).body
  const openIncidents = async (): Promise<string[]> =>
    (await stats()).fleet.incidents
      .filter((incident: Json) => incident.isOpen)
      .map((incident: Json) => `${incident.kind} ${incident.subject}`)
  const said = async (): Promise<string> =>
    (await fleet.messages(OWNER)).map((message) => message.text ?? '').join('\n')

  test('a draining worker gets nothing until it is resumed', async () => {
    const { status, body } = await fleet.api('POST', '/api/v1/worker/worker-fr/drain')
    assert.deepEqual([status, body.id, body.isDraining], [200, 'worker-fr', true])
    const run = await fleet.runOnce()
    assert.deepEqual([run.status, run.workers.length, run.totals.alertsChecked], ['done', 3, 4])
    assert.equal((await fleet.api('POST', '/api/v1/worker/worker-fr/resume')).body.isDraining, false)
    assert.equal((await fleet.runOnce()).workers.length, 4)
  })

  test('a worker that nobody knows is a 404', async () => {
    for (const verb of ['unban', 'drain', 'resume']) {
      const { status, body } = await fleet.api('POST', `/api/v1/worker/worker-xx/${verb}`)
      assert.deepEqual([status, body.code], [404, 'NOT_FOUND'])
    }
  })

  test('a paused fleet asks the site nothing, skips its cycles with the reason, and tells the owner', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const paused = await fleet.api('POST', '/api/v1/fleet/pause', { until, reason: 'holiday' })
    assert.deepEqual([paused.body.pause.cause, paused.body.pause.reason], ['owner', 'holiday'])
    const asked = (await fleet.control('GET', 'requests')).length
    const run = await fleet.runOnce()
    assert.deepEqual([run.status, run.totals.alerts], ['skipped', 0])
    assert.match(run.reason, /^the fleet is paused until .*\(holiday\)$/)
    const preview = await fleet.api('POST', '/api/v1/alerts/preview', { market: 'fr', searchText: 'veste' })
    assert.deepEqual([preview.status, preview.body.code], [503, 'FLEET_PAUSED'])
    assert.equal((await fleet.control('GET', 'requests')).length, asked)
    await eventually(async () => assert.match(await said(), /Toute la flotte est en pause\nholiday\nJusqu’à/))
    await fleet.api('POST', '/api/v1/fleet/resume')
    assert.equal((await fleet.runOnce()).status, 'done')
    await eventually(async () => assert.match(await said(), /C’est résolu : Toute la flotte est en pause/))
  })

  test('a pause that would have ended already is refused, with the field and what it got', async () => {
    const { status, body } = await fleet.api('POST', '/api/v1/fleet/pause', { until: '2020-01-01T00:00:00Z' })
    assert.equal(status, 400)
    assert.match(body.error, /^until: wants a time to come \(got 2020-01-01T00:00:00Z\)$/)
  })

  test('when the site refuses every worker the fleet pauses by itself; afterwards one search tries first', async () => {
    await fleet.control('POST', 'faults', { path: '/svc-catalogue/items', mode: 'forbidden' })
    await fleet.runOnce()
    const { pause } = (await stats()).fleet
    assert.equal(pause.cause, 'refused')
    await eventually(async () => assert.match(await said(), /Toute la flotte est en pause\nthe site refused all 4/))
    const incidents = await openIncidents()
    for (const id of ['worker-fr', 'worker-us', 'worker-nl', 'worker-uk']) assert.ok(incidents.includes(`ban ${id}`))

    // By hand it goes on at once; the bans are another matter.
    await fleet.control('DELETE', 'faults')
    await fleet.api('POST', '/api/v1/fleet/resume')
    assert.deepEqual((await fleet.api('POST', '/api/v1/alerts/run-once')).body.code, 'NO_WORKERS_AVAILABLE')
    for (const { id } of fleet.local().workers) {
      const { body } = await fleet.api('POST', `/api/v1/worker/${id}/unban`)
      assert.equal(body.isBanned, false)
    }
    assert.equal((await fleet.runOnce()).status, 'done')
    await eventually(async () => assert.deepEqual(await openIncidents(), []))
  })
})
