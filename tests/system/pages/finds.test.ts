import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openDatabase } from '../../../shared/database/open-database.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'
import { visitAs, visitAsOwner } from '../../support/pages/visit-pages.ts'
import type { Visitor } from '../../support/pages/visit-pages.ts'

const jacket = { brand: 'Quechua', brandId: 1234, size: 'M', statusId: 2, price: 25, sellerLogin: 'claire' }
const TITLES = ['Veste Quechua rouge', '=SUM(A1) Quechua, "vert"', 'Veste Quechua bleue']

describe('the page of finds', () => {
  let fleet: TestFleet
  let owner: Visitor
  let finds: Json[]
  before(async () => {
    fleet = await startTestFleet({ args: ['--workers', 'fr'] })
    await fleet.createAlert({ name: 'Quechua', market: 'fr', searchText: 'quechua' })
    const publish = (title: string) =>
      fleet.control('POST', 'listings', { market: 'fr', listings: [{ ...jacket, title }] })
    await publish('Veste Quechua, déjà là')
    await fleet.runOnce()
    for (const title of TITLES) await publish(title)
    await fleet.runOnce()
    owner = await visitAsOwner(fleet)
    await owner.post('/language', { language: 'en' })
    finds = (await fleet.api('GET', '/api/v1/finds')).body.finds
  })
  after(() => fleet.stop())

  const find = (title: string): Json => finds.find(({ listing }) => listing.title === title)
  const pathOf = (title: string, verb: string): string => `/finds/${find(title).alertId}/${find(title).itemId}/${verb}`
  const titlesOf = (html: string): string[] => TITLES.filter((title) => html.includes(title.replaceAll('"', '&quot;')))

  test('shows what was found, and searches it; strangers are led to the login', async () => {
    assert.equal(finds.length, 3)
    assert.deepEqual(titlesOf((await owner.get('/finds')).html).length, 3)
    assert.deepEqual(titlesOf((await owner.get('/finds?q=VESTE+bleue')).html), ['Veste Quechua bleue'])
    assert.match((await owner.get('/finds?q=nothing-like-it')).html, /No find is like that/)
    const wrong = await owner.get('/finds?q=veste&priceMin=cheap')
    assert.equal(wrong.status, 400)
    assert.match(wrong.html, /value="cheap"[^>]*aria-invalid="true"/)
    const stranger = await fetch(`${fleet.local().main.url}/finds`, { redirect: 'manual' })
    assert.equal(stranger.headers.get('location'), '/login?next=%2Ffinds')
  })

  test('a find is kept, dismissed and restored, on the page without a script, by card with one, and in the API', async () => {
    const [red = '', , blue = ''] = TITLES
    const kept = await owner.post(pathOf(red, 'keep'), { back: 'q=veste' })
    assert.equal(kept.status, 303)
    assert.match(kept.location, /^\/finds\?q=veste&find=[^&]+&done=keep#find-/)
    assert.match((await owner.get('/finds?mark=kept')).html, /★<\/span> kept/)
    assert.deepEqual(titlesOf((await owner.get('/finds?mark=new')).html).includes(red), false)
    const card = await owner.post(pathOf(blue, 'dismiss'), {}, { 'hx-request': 'true' })
    assert.equal(card.status, 200)
    assert.match(card.html.trim(), /^<li class="card find"[\s\S]*dismissed[\s\S]*<\/li>$/)
    const restored = await fleet.api('POST', `/api/v1${pathOf(blue, 'restore')}`)
    assert.deepEqual([restored.status, restored.body.mark], [200, null])
    assert.equal((await fleet.api('POST', `/api/v1/finds/${find(red).alertId}/1/keep`)).status, 404)
    const stolen = await owner.post(pathOf(red, 'dismiss'), {}, { 'sec-fetch-site': 'cross-site' })
    assert.equal(stolen.status, 403)
  })

  test('whether it is still for sale is asked of the site once, kept, and not asked while the fleet is paused', async () => {
    const [red = '', green = '', blue = ''] = TITLES
    const asked = (await fleet.api('POST', `/api/v1${pathOf(red, 'ask')}`)).body
    assert.equal(asked.sale.state, 'for-sale')
    await fleet.control('POST', 'faults', { path: `/items/${find(green).itemId}`, mode: 'gone' })
    const gone = await owner.post(pathOf(green, 'ask'), {}, { 'hx-request': 'true' })
    assert.match(gone.html, /gone from the site/)
    await fleet.control('DELETE', 'faults')
    await fleet.api('POST', '/api/v1/fleet/pause', { reason: 'a test' })
    const paused = await owner.post(pathOf(blue, 'ask'))
    assert.match(paused.location, /problem=paused/)
    assert.match((await owner.get(paused.location)).html, /Not asked: the whole fleet is paused/)
    assert.equal((await fleet.api('POST', `/api/v1${pathOf(blue, 'ask')}`)).body.code, 'FLEET_PAUSED')
    await fleet.api('POST', '/api/v1/fleet/resume')
  })

  test('the file has every find, and no formula of a stranger', async () => {
    const file = await owner.get('/finds.csv')
    assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8')
    assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename="vigie-finds-[\d-]+\.csv"$/)
    const lines = file.html.trim().split('\r\n')
    assert.equal(lines.length, 4)
    assert.ok(lines.some((line) => line.includes(`,"'=SUM(A1) Quechua, ""vert""",25,`)))
    assert.equal((await owner.get('/finds.csv?q=bleue')).html.trim().split('\r\n').length, 2)
    assert.equal((await owner.get('/finds.csv?market=zz')).status, 400)
  })

  test('the API pages, and names what is wrong with a question', async () => {
    const first = (await fleet.api('GET', '/api/v1/finds?limit=2')).body
    const second = (await fleet.api('GET', `/api/v1/finds?limit=2&cursor=${first.nextCursor}`)).body
    const ids = [...first.finds, ...second.finds].map(({ itemId }: Json) => itemId)
    assert.deepEqual(
      ids,
      finds.map(({ itemId }) => itemId),
    )
    assert.equal(second.nextCursor, null)
    const wrong = (await fleet.api('GET', '/api/v1/finds?mark=loved&cursor=x')).body
    assert.deepEqual(wrong.issues.map(({ field }: Json) => field).sort(), ['cursor', 'mark'])
  })

  test('a viewer looks and changes nothing; a member has the finds of their own alerts', async () => {
    const [red = ''] = TITLES
    const viewer = await visitAs(fleet, 'viewer', '5001')
    const page = await viewer.get('/finds')
    assert.equal(titlesOf(page.html).length, 3)
    assert.doesNotMatch(page.html, /\/keep/)
    assert.equal((await viewer.post(pathOf(red, 'keep'))).status, 403)
    const member = await visitAs(fleet, 'member', '5002')
    assert.equal(titlesOf((await member.get('/finds')).html).length, 0)
    assert.equal((await member.post(pathOf(red, 'keep'))).status, 404)
    assert.equal((await member.get('/finds.csv')).html.trim().split('\r\n').length, 1)
    const { url, key } = fleet.local().database
    const alert = { name: 'Mine', market: 'fr', searchText: 'veste quechua', chatId: '5002' }
    await openDatabase(url, key).call('create_alert', { id: crypto.randomUUID(), alert, person_id: member.personId })
    await fleet.runOnce()
    const [title] = ['Veste Quechua du membre']
    await fleet.control('POST', 'listings', { market: 'fr', listings: [{ ...jacket, title }] })
    await fleet.runOnce()
    await eventually(async () => assert.match((await member.get('/finds')).html, /Veste Quechua du membre/))
    assert.equal(titlesOf((await member.get('/finds')).html).length, 0)
  })
})
