import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { visitAs, visitAsOwner } from '../../support/pages/visit-pages.ts'
import type { PageAnswer, Visitor } from '../../support/pages/visit-pages.ts'

const CHAT = '1000001'
const jacket = { brand: 'Quechua', brandId: 1234, size: 'M', statusId: 2, price: 25, sellerLogin: 'claire' }

describe('the page of deliveries', () => {
  let fleet: TestFleet
  let owner: Visitor
  before(async () => {
    fleet = await startTestFleet()
    await fleet.createAlert({ name: 'Quechua', market: 'fr', searchText: 'quechua' })
    await fleet.runOnce()
    owner = await visitAsOwner(fleet)
    await owner.post('/language', { language: 'en' })
  })
  after(() => fleet.stop())

  const sees = (path: string, what: RegExp, visitor = owner): Promise<PageAnswer> =>
    eventually(async () => {
      const page = await visitor.get(path)
      assert.match(page.html, what)
      return page
    })

  test('says what was sent, where to, and for which alert', async () => {
    const page = await sees('/deliveries?status=sent', /●<\/span> sent/)
    assert.match(page.html, /First check: 0 listings there already/)
    assert.match(page.html, new RegExp(`Telegram ${CHAT}`))
    assert.match(page.html, /<bdi>Quechua<\/bdi>/)
  })

  test('a test of a way out is a message like every other, watched until it has arrived', async () => {
    const pressed = await owner.post('/deliveries/test', { channel: 'telegram', destination: CHAT })
    const [, id] = /^\/deliveries\?test=([0-9a-f-]{36})#test$/.exec(pressed.location) ?? []
    assert.ok(id)
    assert.match((await owner.get(`/deliveries?test=${id}`)).html, /aria-live="polite">\s*<p id="test-state"/)
    await sees(`/deliveries/test/${id}`, /The test message has arrived/)
    const texts = (await fleet.messages(CHAT)).map(({ text }) => text ?? '')
    assert.ok(texts.includes('Test message from Vigie: if you can read it, finds will arrive here.'))
    const foreign = await owner.post('/deliveries/test', { channel: 'telegram', destination: '666' })
    assert.equal(foreign.status, 404)
    assert.equal((await fleet.messages('666')).length, 0)
  })

  test('a webhook is tried by its name; its address is shown nowhere', async () => {
    const { body } = await fleet.api('POST', '/api/v1/webhooks', {
      kind: 'discord',
      name: '#finds',
      url: 'https://discord.com/api/webhooks/123456789012345678/a-token-that-nobody-has-ever-been-given-by-anybody-0123456789',
    })
    const page = await owner.get('/deliveries')
    assert.match(page.html, /Send a test: Discord #finds/)
    assert.doesNotMatch(page.html, /a-token-that-nobody/)
    const pressed = await owner.post('/deliveries/test', { channel: 'discord', destination: body.id })
    assert.match(pressed.location, /test=/)
    await sees('/deliveries?channel=discord&status=sent', /Discord #finds/)
    await fleet.api('DELETE', `/api/v1/webhooks/${body.id}`)
  })

  test('dead letters stand first, with the channel’s own words, and come back together', async () => {
    await fleet.control('POST', 'telegram/faults', { mode: '403', chat: Number(CHAT) })
    for (const title of ['Veste Quechua rouge', 'Veste Quechua bleue'])
      await fleet.control('POST', 'listings', { market: 'fr', listings: [{ ...jacket, title }] })
    await fleet.runOnce()
    const page = await eventually(async () => {
      const shown = await sees('/deliveries', /Telegram 1000001 takes nothing any more/)
      assert.match(shown.html, /Veste Quechua rouge[\s\S]*Veste Quechua rouge/, 'among the dead, and among all')
      return shown
    })
    assert.match(page.html, /403 Forbidden: bot was blocked by the user/)
    const dead = /\/deliveries\/([0-9a-f-]{36})\/retry/.exec(page.html)?.[1] ?? ''
    await fleet.control('DELETE', 'telegram/faults')
    const retried = await owner.post(`/deliveries/${dead}/retry`, { back: 'status=failed' })
    assert.match(retried.location, /^\/deliveries\?status=failed&done=retry&count=[1-9]\d*$/)
    assert.match((await owner.get(retried.location)).html, /in the queue again, and with it \d+ other message/)
    assert.match((await owner.post(`/deliveries/${dead}/retry`)).location, /done=notFailed/)
    await sees('/deliveries?status=failed', /No message\./)
    await eventually(async () => {
      const captions = (await fleet.messages(CHAT)).map(({ text, caption }) => `${text}${caption}`).join('\n')
      assert.match(captions, /rouge/)
      assert.match(captions, /bleue/)
    })
  })

  test('retrying everything asks first, with the count', async () => {
    const asked = await owner.post('/deliveries/retry', { channel: 'telegram', destination: CHAT })
    assert.match(asked.html, /Send 0 messages to Telegram 1000001 again\?/)
    const done = await owner.post('/deliveries/retry', { channel: 'telegram', destination: CHAT, confirmed: 'yes' })
    assert.equal(done.location, '/deliveries?done=retryAll&count=0')
  })

  test('a viewer looks and changes nothing; a member has what is theirs', async () => {
    const viewer = await visitAs(fleet, 'viewer', '5001')
    const page = await viewer.get('/deliveries')
    assert.match(page.html, /Quechua/)
    assert.doesNotMatch(page.html, /action="\/deliveries\/(test|retry)/)
    assert.equal((await viewer.post('/deliveries/test', { channel: 'telegram', destination: '5001' })).status, 403)
    const member = await visitAs(fleet, 'member', '5002')
    const own = await member.get('/deliveries')
    assert.match(own.html, /No message\./)
    assert.doesNotMatch(own.html, /1000001|Terminal<\/button>/)
    await member.post('/deliveries/test', { channel: 'telegram', destination: '5002' })
    await sees('/deliveries?status=sent', /Test message from Vigie/, member)
    assert.equal((await fleet.messages('5002')).length, 1)
  })
})
