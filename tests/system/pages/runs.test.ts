import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { duration, figure } from '../../../main-worker/dashboard/runs/figures.ts'
import { openDatabase } from '../../../shared/database/open-database.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { visitAsOwner, visitByLink } from '../../support/pages/visit-pages.ts'
import type { Visitor } from '../../support/pages/visit-pages.ts'

const CATALOGUE = '/svc-catalogue/items'

let fleet: TestFleet
let owner: Visitor
let viewer: Visitor
before(async () => {
  fleet = await startTestFleet()
  owner = await visitAsOwner(fleet)
  const { database } = fleet.local()
  const direct = openDatabase(database.url, database.key)
  await direct.call('create_invitation', { code_hash: 'a-hash', role: 'viewer', name: 'Léa', ttl_ms: 60_000 })
  const person = await direct.call('use_invitation', { code_hash: 'a-hash', chat_id: '1000077', language: 'en' })
  const { url } = (await fleet.api('POST', `/api/v1/people/${person?.id}/login-links`)).body
  viewer = await visitByLink(fleet, url)
  await fleet.createAlert({ name: '<b>Nike</b>', market: 'fr', searchText: 'nike', excludedWords: ['zzz'] })
  await fleet.createAlert({ name: 'Nike too', market: 'fr', searchText: 'nike' })
})
after(() => fleet?.stop())

test('a cycle has a row, a time line and every alert’s outcome; what sharing saved is counted', async () => {
  const { runId } = await fleet.runOnce()
  assert.ok((await viewer.get('/runs')).html.includes(`/runs/${runId}`))
  const { html, status } = await viewer.get(`/runs/${runId}`)
  assert.equal(status, 200)
  for (const part of ['<svg', 'Requests saved by sharing', '&lt;b&gt;Nike', 'Nike too', 'served'])
    assert.ok(html.includes(part), part)
  assert.ok(!html.includes('hx-trigger'), 'it has ended')
})

test('a run that is under way shows its progress, and loads the page anew when it ends', async () => {
  await fleet.control('POST', 'faults', { mode: 'slow', delayMs: 1_500, path: CATALOGUE })
  const { body } = await fleet.api('POST', '/api/v1/alerts/run-once', undefined, { prefer: 'respond-async' })
  const following = await viewer.get(`/runs/${body.runId}/progress`)
  assert.match(following.html, /hx-trigger="every 2s"/)
  await fleet.runOnce()
  assert.equal((await viewer.get(`/runs/${body.runId}/progress`)).html, '')
  await fleet.control('DELETE', 'faults')
})

test('a refusal leads to what the site answered, as text', async () => {
  await fleet.control('POST', 'faults', { mode: 'forbidden', count: 1, path: CATALOGUE })
  const { runId } = await fleet.runOnce()
  const { html } = await viewer.get(`/runs/${runId}`)
  const link = /\/evidence\/[\w-]{36}/.exec(html)?.[0]
  assert.ok(link, 'the run links to the evidence')
  const evidence = await viewer.get(link)
  assert.match(evidence.html, /Refusal 403, FR/)
  assert.ok((await viewer.get('/evidence')).html.includes(link))
  assert.equal((await viewer.get(`${link}/screenshot.jpg`)).status, 404)
})

test('sessions are listed by their cookies’ names; the owner renews one and sees what became of it', async () => {
  const { workers } = (await fleet.api('GET', '/api/v1/worker/main/stats')).body
  const idOf = (isBanned: boolean): string =>
    workers.find((worker: { isBanned: boolean }) => worker.isBanned === isBanned).id
  const [banned, free] = [idOf(true), idOf(false)]
  const { html } = await owner.get('/sessions')
  assert.ok(html.includes('access_token_web'))
  const { location, status } = await owner.post('/sessions/renew', { worker: free, market: 'nl' })
  assert.equal(status, 303)
  const made = /, NL\s*<span\s+class="state good"/
  await eventually(async () => assert.ok(made.test((await owner.get(location)).html), 'made'))
  const refused = await owner.post('/sessions/renew', { worker: banned, market: 'fr' })
  await eventually(async () => assert.ok((await owner.get(refused.location)).html.includes('role="alert"'), 'refused'))
})

test('who only looks sees no button and may renew nothing', async () => {
  const { html } = await viewer.get('/sessions')
  assert.ok(!html.includes('action="/sessions/renew"'))
  assert.equal((await viewer.post('/sessions/renew')).status, 403)
  assert.equal((await viewer.get('/people')).status, 403)
})

test('the live figures are the same in stats and on the page: age of finds, requests per find, budget, bound', async () => {
  await fleet.control('POST', 'listings', {
    market: 'fr',
    listings: [{ title: 'Nike sac à dos', brand: 'Nike', size: 'M', statusId: 2, price: 20 }],
  })
  await fleet.runOnce()
  const stats = async () => (await fleet.api('GET', '/api/v1/worker/main/stats')).body.fleet
  // One find of each of the two alerts.
  await eventually(async () => assert.equal((await stats()).ageOfFinds.count, 2))
  const { ageOfFinds, spending, requestsPerFind, budget } = await stats()
  assert.ok(ageOfFinds.p50S >= ageOfFinds.delivery.p50S && ageOfFinds.delivery.p50S > 0)
  assert.equal(requestsPerFind, spending.requests / spending.finds)
  assert.equal(budget.usedPerHour, spending.requests)
  assert.equal(budget.searches, 1)
  assert.ok(Math.abs(budget.boundS - 3600 / budget.requestsPerHour) < 0.1)
  for (const path of ['/statistics', '/statistics/now']) {
    const figures = [...(await viewer.get(path)).html.matchAll(/class="figure">([^<]*)</g)].map(([, value]) => value)
    assert.deepEqual(figures, [
      duration(ageOfFinds.p50S * 1000, 'en'),
      figure(requestsPerFind, 'en', 1),
      `${figure(budget.usedPercent, 'en', budget.usedPercent < 10 ? 1 : 0)} %`,
      duration(budget.boundS * 1000, 'en'),
    ])
  }
})

test('statistics are sentences, tables and their JSON', async () => {
  for (const span of ['24h', '7d', '14d']) {
    const { html, status } = await viewer.get(`/statistics?span=${span}`)
    assert.equal(status, 200)
    assert.ok(html.includes('data-chart="ages-table"') && /\((?:cdg|iad|ams|lhr)\)/.test(html))
  }
  const { body } = await fleet.api('GET', '/api/v1/statistics?span=7d')
  assert.equal(body.steps.length, 56)
  assert.ok(body.totals.searches >= 3 && body.totals.requests >= 3)
  assert.equal((await fleet.api('GET', '/api/v1/statistics?span=1y')).status, 400)
})

test('a run, an evidence and a renewal that nobody knows are a page that says so', async () => {
  const nobody = '00000000-0000-4000-8000-000000000000'
  for (const path of [`/runs/${nobody}`, `/evidence/${nobody}`, `/sessions/renewals/${nobody}`])
    assert.equal((await viewer.get(path)).status, 404)
  assert.equal((await viewer.get('/runs/no-id')).status, 400)
})
