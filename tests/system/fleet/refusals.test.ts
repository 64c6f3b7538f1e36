import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'

const searches = (market: string, count: number) =>
  Array.from({ length: count }, (_, place) => ({
    name: `${market} ${place}`,
    market,
    searchText: `${market} thing ${place}`,
  }))

test('a region refused in the middle of a run is banned, its alerts are checked by the others, and it comes back', async () => {
  await using fleet = await startTestFleet({ env: { WORKER_BAN_DURATION_MS: '14000' } })
  for (const alert of [...searches('fr', 5), ...searches('us', 5), ...searches('nl', 5), ...searches('uk', 5)]) {
    await fleet.createAlert(alert)
  }
  assert.equal((await fleet.runOnce()).status, 'done')

  // The third search of FR is refused: what comes after it belongs to the others.
  await fleet.control('POST', 'faults', { egress: 'worker-fr', path: 'fr thing 2', mode: 'forbidden' })
  const run = await fleet.runOnce()
  assert.equal(run.status, 'done')
  assert.equal(run.totals.alertsChecked, 20)
  const fr = run.workers.find((worker: Json) => worker.id === 'worker-fr')
  assert.equal(fr.ok, false)
  assert.match(fr.error, /HTTP 403/)
  const requests = await fleet.control('GET', 'requests')
  const refusedAt = requests.findLast((request: Json) => request.egress === 'worker-fr' && request.status === 403).time
  const later = requests.filter((request: Json) => request.egress === 'worker-fr' && request.time > refusedAt)
  assert.deepEqual(later, [], 'no request from that address after its refusal')

  const banned = async () => {
    const { body } = await fleet.api('GET', '/api/v1/worker/main/stats')
    return body.workers.find((worker: Json) => worker.id === 'worker-fr')
  }
  const before = await banned()
  assert.equal(before.isBanned, true)
  assert.equal(before.banReason, '403')
  const lastsMs = Date.parse(before.bannedUntil) - Date.parse(refusedAt)
  assert.ok(lastsMs > 12_000 && lastsMs < 15_000, `the ban lasts ${lastsMs} ms`)

  // A restart of main changes nothing about it.
  const { pid } = fleet.local().main
  process.kill(pid, 'SIGKILL')
  const after = await eventually(async () => {
    assert.notEqual(fleet.local().main.pid, pid)
    const worker = await banned()
    assert.equal(worker.isBanned, true)
    return worker
  })
  assert.equal(after.bannedUntil, before.bannedUntil)

  await fleet.control('DELETE', 'faults')
  await eventually(async () => assert.equal((await banned()).isBanned, false), 30_000)
  const back = await eventually(async () => {
    const summary = await fleet.runOnce()
    assert.equal(summary.workers.length, 4)
    return summary
  })
  assert.equal(back.workers.find((worker: Json) => worker.id === 'worker-fr').ok, true)
  assert.equal(back.workers.find((worker: Json) => worker.id === 'worker-fr').alertsChecked, 5)
  const said = () => fleet.logs('main').map((line) => line.msg)
  assert.ok(said().some((line) => /^Worker FR \(cdg\) banned for 1[34]s \(403\)$/.test(line)))
  // Said by a loop of the main that leads by then.
  await eventually(async () => assert.ok(said().includes('Worker FR (cdg) reactivated')), 30_000)
})

test('one bad search bans two workers at the most and is parked; the others go on', async () => {
  await using fleet = await startTestFleet()
  for (const alert of [...searches('fr', 4), ...searches('us', 4)]) await fleet.createAlert(alert)
  assert.equal((await fleet.runOnce()).status, 'done')
  await fleet.control('POST', 'faults', { path: 'fr thing 3', mode: 'forbidden' })
  const run = await fleet.runOnce()
  assert.equal(run.status, 'partial')
  assert.equal(run.totals.alertsChecked, 7)
  const { body: stats } = await fleet.api('GET', '/api/v1/worker/main/stats')
  assert.equal(stats.bannedWorkers, 2)
  const { alerts } = (await fleet.api('GET', '/api/v1/alerts')).body
  const parked = alerts.filter((alert: Json) => alert.parkedReason !== null)
  assert.deepEqual(
    parked.map((alert: Json) => alert.name),
    ['fr 3'],
  )
  assert.ok(Date.parse(parked[0].parkedUntil) > Date.now())
  assert.equal((await fleet.runOnce()).status, 'done')
  const freed = await fleet.api('PATCH', `/api/v1/alerts/${parked[0].id}`, { isActive: true })
  assert.equal(freed.body.parkedReason, null)
})

test('a region killed in the middle of a run keeps what it recorded; the rest is checked elsewhere in the same cycle', async () => {
  await using fleet = await startTestFleet({ env: { REQUEST_DELAY_MIN_MS: '400', REQUEST_DELAY_MAX_MS: '400' } })
  for (const alert of searches('fr', 12)) await fleet.createAlert(alert)
  await fleet.runOnce()
  const since = new Date().toISOString()
  const running = fleet.runOnce()
  const victim = fleet.local().workers.find((worker) => worker.id === 'worker-us')
  await eventually(async () => {
    const requests = await fleet.control('GET', `requests?since=${since}`)
    assert.ok(requests.some((request: Json) => request.egress === 'worker-us' && request.status === 200))
  })
  process.kill(victim?.pid ?? 0, 'SIGKILL')
  const run = await running
  assert.equal(run.status, 'done')
  assert.equal(run.totals.alertsChecked, 12)
  assert.equal(run.workers.find((worker: Json) => worker.id === 'worker-us').ok, false)
  await eventually(async () =>
    assert.notEqual(fleet.local().workers.find(({ id }) => id === 'worker-us')?.pid, victim?.pid),
  )
})

test('after a pause one search tries first: refused, the fleet pauses again; broken, the next one tries; served, all follow', async () => {
  await using fleet = await startTestFleet({ env: { WORKER_BAN_DURATION_MS: '5000' } })
  for (const market of ['fr', 'us', 'nl', 'uk']) await fleet.createAlert(searches(market, 1)[0] ?? {})
  assert.equal((await fleet.runOnce()).status, 'done')
  const everything = { path: '/svc-catalogue/items', mode: 'forbidden' }
  const pauseOf = async () => (await fleet.api('GET', '/api/v1/worker/main/stats')).body.fleet.pause
  const pauseIsOver = () => eventually(async () => assert.equal(await pauseOf(), null), 30_000)
  const asked = async (): Promise<number> =>
    (await fleet.control('GET', 'requests')).filter(({ path }: Json) => path === '/svc-catalogue/items').length

  await fleet.control('POST', 'faults', everything)
  await fleet.runOnce()
  assert.match((await pauseOf()).reason, /refused all 4 addresses/)
  await pauseIsOver()
  const before = await asked()
  const refused = await fleet.runOnce()
  assert.equal(await asked(), before + 1, 'one search, on one worker')
  assert.match(refused.reason, /the alert that tried first after the pause was refused/)

  await fleet.control('DELETE', 'faults')
  await fleet.control('POST', 'faults', { path: '/svc-catalogue/items', mode: 'error', count: 1 })
  await pauseIsOver()
  await eventually(async () => {
    const { body } = await fleet.api('GET', '/api/v1/worker/main/stats')
    assert.equal(body.bannedWorkers, 0)
  })
  const run = await fleet.runOnce()
  assert.deepEqual([run.status, run.totals.alertsChecked], ['done', 4])
  assert.equal(fleet.logs('main').filter(({ event }) => event === 'fleetTrial').length, 3)
})
