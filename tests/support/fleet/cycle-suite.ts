import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from './eventually.ts'
import { startTestFleet } from './start-test-fleet.ts'
import type { TestFleet } from './start-test-fleet.ts'
import type { Json } from '../json.ts'

const CHAT = '1000001'

/** 41 different searches over the four markets; one of them looks for a brand that nobody sells but the test. */
const alerts = (): Record<string, unknown>[] => [
  {
    name: 'veste Quechua',
    market: 'fr',
    searchText: 'veste quechua',
    priceMax: 30,
    maxTotalPrice: 32,
    statusIds: [6, 1, 2],
    excludedWords: ['enfant'],
    blockedSellers: ['mauvais_vendeur'],
  },
  ...Array.from({ length: 40 }, (_, place) => ({
    name: `alert ${place}`,
    market: ['fr', 'us', 'nl', 'uk'][place % 4],
    searchText: `nike ${place}`,
  })),
]

const jacket = {
  title: 'Veste Quechua rouge',
  brand: 'Quechua',
  brandId: 1234,
  size: 'M',
  statusId: 2,
  price: 25,
  sellerLogin: 'claire',
}

/** The product's main job, end to end through real processes; `env` chooses the database. */
export function cycleSuite(engine: string, environment: () => Promise<Record<string, string>>): void {
  let fleet: TestFleet
  let first: Json
  before(async () => {
    fleet = await startTestFleet({ env: await environment() })
    await fleet.control('POST', 'listings', {
      market: 'fr',
      listings: [{ ...jacket, title: 'Veste Quechua verte, déjà là' }],
    })
    for (const alert of alerts()) await fleet.createAlert(alert)
    first = await fleet.runOnce()
  })
  after(() => fleet.stop())

  test(`${engine}: 41 alerts over 4 workers are groups of 11, 10, 10 and 10`, () => {
    const sizes = first.workers.map((worker: Json) => worker.alertsAssigned).sort()
    assert.deepEqual(sizes, [10, 10, 10, 11])
    assert.equal(first.status, 'done')
    assert.equal(first.totals.alertsChecked, 41)
    assert.equal(first.totals.errors, 0)
  })

  test(`${engine}: every alert is checked exactly once per cycle, in a row of its own`, async () => {
    const run = (await fleet.api('GET', `/api/v1/runs/${first.runId}`)).body
    assert.equal(run.alerts.length, 41)
    assert.equal(new Set(run.alerts.map((row: Json) => row.alertId)).size, 41)
    assert.ok(run.alerts.every((row: Json) => row.verdict === 'ok' && row.checkedAt !== null))
    const searches = await fleet.control('GET', 'requests')
    const asked = searches.filter((request: Json) => request.path === '/svc-catalogue/items' && request.status === 200)
    assert.equal(asked.length, 41)
  })

  test(`${engine}: what was there at the first check makes one baseline message and no find`, async () => {
    await eventually(async () => {
      const { messages } = (await fleet.api('GET', '/api/v1/outbox?limit=1000')).body
      assert.equal(messages.filter((message: Json) => message.status === 'sent').length, 41)
      assert.ok(messages.every((message: Json) => message.kind === 'baseline'))
    }, 60_000)
    const texts = (await fleet.messages(CHAT)).map((message) => message.text ?? '')
    assert.equal(texts.filter((text) => text.includes('veste Quechua')).length, 1)
    assert.ok((await fleet.messages(CHAT)).every((message) => message.method === 'sendMessage'))
  })

  test(`${engine}: a new listing arrives once, whole; those that miss a filter do not`, async () => {
    const { ids } = await fleet.control('POST', 'listings', {
      market: 'fr',
      listings: [
        jacket,
        { ...jacket, title: 'Veste Quechua trop chère', price: 31 },
        { ...jacket, title: 'Veste Quechua chère avec les frais', price: 30 },
        { ...jacket, title: 'Veste Quechua usée', statusId: 4 },
        { ...jacket, title: 'Veste Quechua enfant', price: 10 },
        { ...jacket, title: 'Veste Quechua bloquée', sellerLogin: 'mauvais_vendeur' },
      ],
    })
    const run = await fleet.runOnce()
    assert.equal(run.totals.newMatches, 1)
    const find = await eventually(async () => {
      const found = (await fleet.messages(CHAT)).filter((message) => message.caption !== undefined)
      assert.equal(found.length, 1)
      return found[0] as (typeof found)[number]
    })
    assert.equal(find.method, 'sendPhoto')
    assert.match(find.caption ?? '', /Veste Quechua rouge/)
    assert.match(find.caption ?? '', /25,00 €/)
    assert.match(find.caption ?? '', /26,95 € avec les frais/)
    assert.match(find.caption ?? '', /Quechua · M · Très bon état/)
    assert.match(find.caption ?? '', /FR · trouvé à \d\d:\d\d/)
    assert.deepEqual(
      find.buttons.map((button) => button.text),
      ['Ouvrir', 'Masquer le vendeur', 'Mettre en pause', 'Plus'],
    )
    assert.match(find.buttons[0]?.url ?? '', new RegExp(`^https://www\\.vinted\\.fr/items/${ids[0]}-`))

    await fleet.runOnce()
    await fleet.runOnce()
    const { messages } = (await fleet.api('GET', '/api/v1/outbox?status=waiting')).body
    assert.equal(messages.length, 0)
    assert.equal((await fleet.messages(CHAT)).filter((message) => message.caption !== undefined).length, 1)
  })

  test(`${engine}: stats count each command once and know the last cycle`, async () => {
    const { body } = await fleet.api('GET', '/api/v1/worker/main/stats')
    assert.equal(body.totalWorkers, 4)
    assert.equal(body.availableWorkers, 4)
    for (const worker of body.workers) {
      assert.equal(worker.requestCount, worker.successCount + worker.errorCount)
      const rate = Math.round((worker.successCount / worker.requestCount) * 10_000) / 100
      assert.equal(worker.successRate, rate)
    }
    assert.equal(body.fleet.lastCycle.status, 'done')
    assert.equal(body.fleet.ageOfFinds.count, 1)
  })
}
