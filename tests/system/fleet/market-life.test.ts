import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRealPostgres } from '../../support/database/real-postgres.ts'
import type { RealPostgres } from '../../support/database/real-postgres.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'

let postgres: RealPostgres
let fleet: TestFleet
before(async () => {
  postgres = await startRealPostgres()
  fleet = await startTestFleet({ env: { DATABASE_URL: postgres.url, TELEGRAM_CHAT_ID: '5000' } })
})
after(async () => {
  await fleet.stop()
  await postgres.stop()
})

const publish = (listings: object[], market = 'fr') =>
  fleet.control('POST', 'listings', {
    market,
    listings: listings.map((listing) => ({ brand: 'Vigie', size: 'M', statusId: 2, price: 10, ...listing })),
  })
const finds = async (chat: string) => (await fleet.messages(chat)).filter((message) => message.caption !== undefined)
const texts = async (chat: string) =>
  (await fleet.messages(chat)).map((message) => message.caption ?? message.text ?? '')
const allSent = () =>
  eventually(async () => {
    for (const status of ['waiting', 'sending']) {
      const { messages } = (await fleet.api('GET', `/api/v1/outbox?status=${status}`)).body
      assert.equal(messages.length, 0)
    }
  }, 40_000)
const clearAlerts = async () => {
  for (const { id } of (await fleet.api('GET', '/api/v1/alerts')).body.alerts)
    await fleet.api('DELETE', `/api/v1/alerts/${id}`)
}

test('a pasted link is previewed, saved and cloned to another market', async () => {
  await publish([
    { title: 'Montre ancienne', price: 15 },
    { title: 'Montre ancienne cassée', price: 5 },
  ])
  const url =
    'https://www.vinted.fr/catalog?search_text=montre+ancienne&price_to=50&currency=EUR&order=price_low_to_high&time=1&foo=bar'
  const preview = await fleet.api('POST', '/api/v1/alerts/preview', { url, excludedWords: ['cassée'] })
  assert.equal(preview.status, 200, JSON.stringify(preview.body))
  assert.equal(preview.body.matches, 1)
  assert.deepEqual(preview.body.dropped, { 'excluded-word': 1 })
  assert.equal(preview.body.items[0].title, 'Montre ancienne')
  assert.deepEqual(
    preview.body.understood.map((part: Json) => part.field),
    ['market', 'searchText', 'priceMax'],
  )
  assert.deepEqual(
    preview.body.ignored.map((part: Json) => part.parameter),
    ['order', 'foo'],
  )
  assert.equal((await fleet.api('GET', '/api/v1/alerts')).body.alerts.length, 0)

  const saved = await fleet.api('POST', '/api/v1/alerts', { url, excludedWords: ['cassée'] })
  assert.equal(saved.status, 201)
  assert.equal(saved.body.searchText, 'montre ancienne')
  assert.equal(saved.body.understood.length, 3)
  const cloned = await fleet.api('POST', `/api/v1/alerts/${saved.body.id}/clone`, { market: 'uk' })
  assert.equal(cloned.status, 201)
  assert.equal(cloned.body.market, 'uk')
  assert.deepEqual(cloned.body.excludedWords, ['cassée'])
  const foreign = await fleet.api('POST', '/api/v1/alerts', { url: 'https://www.ebay.fr/sch?q=montre' })
  assert.equal(foreign.status, 400)
  assert.match(foreign.body.error, /^url: .*not a Vinted site/)
  await clearAlerts()
})

test('30 alerts of one search cost one request, and each hears of its own', async () => {
  for (let place = 0; place < 30; place += 1) {
    await fleet.createAlert({
      market: 'fr',
      searchText: 'shared thing',
      maxTotalPrice: place + 1,
      chatId: String(7000 + place),
    })
  }
  await fleet.runOnce()
  await publish([{ title: 'Shared thing', price: 20 }])
  const run = await fleet.runOnce()
  assert.equal(run.totals.requests, 1)
  assert.equal(run.totals.requestsSaved, 29)
  // 20.00 is 21.70 with fees: alerts from 22 on.
  assert.equal(run.totals.newMatches, 9)
  const rows = (await fleet.api('GET', `/api/v1/runs/${run.runId}`)).body.alerts
  assert.equal(rows.filter((row: Json) => row.dropped['total-price'] === 1).length, 21)
  await clearAlerts()
})

test('a quiet day makes no message: rows sold and old ones sliding up are no news; a burst makes one digest', async () => {
  await publish(Array.from({ length: 130 }, (_, place) => ({ title: `Quiet thing ${place}` })))
  await fleet.createAlert({ name: 'quiet', market: 'fr', searchText: 'quiet thing', chatId: '8000', language: 'en' })
  await fleet.runOnce()
  await allSent()
  for (let hour = 0; hour < 5; hour += 1) assert.equal((await fleet.runOnce()).totals.newMatches, 0)
  assert.equal((await fleet.messages('8000')).length, 1)

  await publish(Array.from({ length: 110 }, (_, place) => ({ title: `Quiet thing, burst ${place}` })))
  const run = await fleet.runOnce()
  // A whole page but for its boosted rows.
  assert.ok(run.totals.newMatches > 40, String(run.totals.newMatches))
  await allSent()
  const [, digest, ...more] = await texts('8000')
  assert.match(digest ?? '', /quiet: \d+ listings in the meantime/)
  assert.deepEqual(more, [])
  await clearAlerts()
})

test('a price that drops enough is told again, a smaller drop is not', async () => {
  const { ids } = await publish([{ title: 'Falling lamp', price: 40 }])
  await fleet.createAlert({
    market: 'fr',
    searchText: 'falling lamp',
    priceDropPercent: 20,
    chatId: '8100',
    language: 'en',
  })
  await fleet.runOnce()
  await publish([{ id: ids[0], title: 'Falling lamp', price: 35 }])
  await fleet.runOnce()
  await publish([{ id: ids[0], title: 'Falling lamp', price: 30 }])
  await fleet.runOnce()
  await fleet.runOnce()
  await allSent()
  const told = (await finds('8100')).map((message) => message.caption ?? '')
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /^Price drop · Falling lamp\n€30\.00/)
  await clearAlerts()
})

test('a pause, a snooze or a changed filter does not flood: what came meanwhile is one digest', async () => {
  const id = await fleet.createAlert({
    market: 'fr',
    searchText: 'paused thing',
    chatId: '8200',
    language: 'en',
    name: 'paused',
  })
  await fleet.runOnce()
  await allSent() // A pause cancels what waits.
  await fleet.api('PATCH', `/api/v1/alerts/${id}`, { isActive: false })
  await publish(Array.from({ length: 5 }, (_, place) => ({ title: `Paused thing ${place}` })))
  assert.equal((await fleet.runOnce()).status, 'skipped')
  await fleet.api('PATCH', `/api/v1/alerts/${id}`, { isActive: true })
  await fleet.runOnce()
  await allSent()
  const said = await texts('8200')
  assert.equal(said.length, 2)
  assert.match(said[1] ?? '', /paused: 5 listings in the meantime/)
  await clearAlerts()
})

test('a site that changed is told to the owner once, alerts stay untouched, and its recovery is told once', async () => {
  await fleet.createAlert({ market: 'uk', searchText: 'protocol thing', chatId: '8300' })
  await fleet.runOnce()
  const before = (await fleet.api('GET', '/api/v1/alerts')).body.alerts
  await fleet.control('POST', 'faults', { mode: 'gone', path: '/svc-catalogue' })
  assert.equal((await fleet.runOnce()).status, 'failed')
  assert.equal((await fleet.runOnce()).status, 'failed')
  const { incidents } = (await fleet.api('GET', '/api/v1/worker/main/stats')).body.fleet
  assert.deepEqual(
    incidents.map(({ kind, subject, until }: Json) => ({ kind, subject, until })),
    [{ kind: 'protocol-changed', subject: 'uk', until: null }],
  )
  const owner = async () => (await texts('5000')).filter((text) => text.includes('uk'))
  await eventually(async () => assert.equal((await owner()).length, 1))
  assert.deepEqual((await fleet.api('GET', '/api/v1/alerts')).body.alerts, before)

  await fleet.control('DELETE', 'faults')
  assert.equal((await fleet.runOnce()).status, 'done')
  await eventually(async () => assert.equal((await owner()).length, 2))
  assert.match((await owner())[1] ?? '', /C’est résolu/)
  const { evidence } = (await fleet.api('GET', '/api/v1/evidence')).body
  assert.ok(evidence.some((row: Json) => row.verdict === 'protocol-changed' && row.httpStatus === 404))
  const page = (await fleet.api('GET', `/api/v1/evidence/${evidence[0].id}`)).body
  assert.equal(typeof page.body, 'string')
})
