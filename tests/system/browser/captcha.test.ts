import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startBrowserFleet } from './start-browser-fleet.ts'
import type { BrowserFleet } from './start-browser-fleet.ts'

let stage: BrowserFleet
before(async () => {
  // The visit alone takes 20 s of patience with a page that never passes.
  stage = await startBrowserFleet({ WORKER_REQUEST_TIMEOUT_MS: '60000' })
  const { fleet } = stage
  await fleet.control('POST', 'faults', { egress: 'worker-fr', market: 'fr', mode: 'captcha' })
  await fleet.createAlert({ name: 'fr', market: 'fr', searchText: 'nike' })
  await fleet.createAlert({ name: 'nl', market: 'nl', searchText: 'nike' })
})
after(() => stage?.fleet.stop())

const visits = async (): Promise<number> => (await stage.requests('/', 'www.vinted.fr')).length

test('a CAPTCHA rests one market of one worker: nobody solves it, nobody asks again, the others go on', async () => {
  const { fleet, database, execute } = stage
  const run = await fleet.runOnce()
  assert.equal(run.totals.alertsChecked, 1)
  assert.equal(await visits(), 2) // one plain, one in the browser

  const rests = await database.call('list_market_rests', {})
  assert.deepEqual(
    rests.map(({ workerId, market }) => [workerId, market]),
    [['worker-fr', 'fr']],
  )
  const incidents = await database.call('list_incidents', {})
  assert.deepEqual(
    incidents.map(({ kind, subject, until }) => [kind, subject, until]),
    [['captcha', 'fr on worker-fr', null]],
  )
  const evidence = await database.call('get_evidence', { id: incidents[0]?.evidenceId ?? '' })
  assert.deepEqual([evidence?.verdict, evidence?.market, evidence?.httpStatus], ['captcha', 'fr', 403])
  assert.match(evidence?.body ?? '', /complete the CAPTCHA/)
  const picture = Buffer.from(evidence?.screenshot ?? '', 'base64')
  assert.equal(picture.subarray(0, 3).toString('hex'), 'ffd8ff')
  assert.ok(picture.length <= 200 * 1024)

  for (let again = 0; again < 2; again += 1) await fleet.runOnce()
  const refused = await execute('generate-cookies', { market: 'fr', method: 'browser', force: true })
  assert.equal(refused.status, 503)
  assert.match(refused.body.error, /rests here until/)
  assert.equal(await visits(), 2)
  assert.equal((await database.call('list_incidents', {})).length, 1)
  const { body } = await fleet.api('GET', '/api/v1/worker/main/stats')
  assert.equal(body.bannedWorkers, 0)
  await eventually(async () => {
    const told = (await fleet.messages()).filter((message) => message.photo === 'upload')
    assert.equal(told.length, 1)
    assert.match(told[0]?.caption ?? '', /^Vinted demande une personne \(fr on worker-fr\)/)
  })
})

test('when the rest is over and the page passes, the market is back and the incident closed', async () => {
  const { fleet, database } = stage
  await fleet.control('DELETE', 'faults')
  await database.call('rest_market', { worker_id: 'worker-fr', market: 'fr', ms: -1 })
  const run = await fleet.runOnce()
  assert.equal(run.totals.alertsChecked, 2)
  const [incident] = await database.call('list_incidents', {})
  assert.notEqual(incident?.until, null)
  await eventually(async () => {
    const told = (await fleet.messages()).filter((message) => message.text?.startsWith('C’est résolu : Vinted demande'))
    assert.equal(told.length, 1)
  })
})
