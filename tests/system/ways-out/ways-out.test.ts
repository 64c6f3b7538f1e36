import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { eventually } from '../../support/fleet/eventually.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'

const TOKEN = 'planted-discord-token'
let fleet: TestFleet
before(async () => {
  fleet = await startTestFleet({ args: ['--workers', 'fr'], env: { TELEGRAM_CHAT_ID: '5000' } })
})
after(() => fleet.stop())

let channels = 0
/** A webhook of a channel of its own; `channel` are its digits at Discord. */
async function addDiscord(): Promise<{ id: string; channel: string }> {
  const channel = String((channels += 1) + 8_000)
  const url = `https://discord.com/api/webhooks/${channel}/${TOKEN}`
  const answer = await fleet.api('POST', '/api/v1/webhooks', { kind: 'discord', name: `Salon ${channel}`, url })
  assert.deepEqual([answer.status, answer.body.host, answer.body.secret], [201, 'discord.com', undefined])
  return { id: answer.body.id, channel }
}
async function addReceiver(receiver: string): Promise<{ id: string; secret: string }> {
  const url = `${fleet.local().sandbox.url}/receivers/${receiver}`
  const answer = await fleet.api('POST', '/api/v1/webhooks', { kind: 'standard', name: receiver, url })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body
}
const publish = (title: string) =>
  fleet.control('POST', 'listings', {
    market: 'fr',
    listings: [{ title, brand: 'Vigie', size: 'M', statusId: 2, price: 10 }],
  })
const captions = async (chat: string): Promise<string[]> =>
  (await fleet.messages(chat)).flatMap(({ caption }) => (caption === undefined ? [] : [caption.split('\n')[0] ?? '']))
const shown = async (channel: string): Promise<string[]> =>
  (await fleet.control('GET', `discord/messages?webhook=${channel}`)).map(
    (posted: Json) => posted.message.embeds[0].title,
  )
const received = (receiver: string): Promise<Json[]> => fleet.control('GET', `received?receiver=${receiver}`)
const rowsOf = async (destination: string): Promise<Json[]> =>
  (await fleet.api('GET', '/api/v1/outbox?limit=1000')).body.messages.filter(
    (row: Json) => row.destination === destination,
  )
/** An alert whose baseline every way out has heard. */
async function alertTo(searchText: string, chatId: string, webhookIds: string[]): Promise<string> {
  const id = await fleet.createAlert({ market: 'fr', searchText, chatId, webhookIds })
  await fleet.runOnce()
  await eventually(async () => {
    for (const destination of [chatId, ...webhookIds]) {
      const [row] = await rowsOf(destination)
      assert.equal(row?.status, 'sent', row?.lastError)
    }
  })
  return id
}

test('a find arrives once in the chat, on Discord and, signed, at a program', async () => {
  const [salon, program] = [await addDiscord(), await addReceiver('once')]
  await alertTo('manteau vert', '7001', [salon.id, program.id])
  await publish('Manteau vert @everyone <b>')
  await fleet.runOnce()
  await eventually(async () => {
    assert.deepEqual(await captions('7001'), ['Manteau vert @everyone <b>'])
    assert.equal((await shown(salon.channel)).length, 2)
    assert.equal((await received('once')).length, 2)
  })
  await fleet.runOnce()
  assert.equal((await shown(salon.channel))[1], 'Manteau vert \\@everyone \\<b\\>')
  const find = (await received('once'))[1]
  const { type, data } = new Webhook(program.secret).verify(find.body, find.headers) as Json
  assert.deepEqual([type, data.listings[0].title], ['find', 'Manteau vert @everyone <b>'])
})

test('Discord that fails and a program that hangs up delay nobody else, and get it later', async () => {
  const [salon, bad, good] = [await addDiscord(), await addReceiver('bad'), await addReceiver('good')]
  await alertTo('chapeau rouge', '7002', [salon.id, bad.id, good.id])
  await fleet.control('POST', 'receivers/faults', { mode: 'status', status: 502, target: salon.channel, count: 1 })
  await fleet.control('POST', 'receivers/faults', { mode: 'drop', target: 'bad', count: 1 })
  await publish('Chapeau rouge')
  await fleet.runOnce()
  await eventually(async () => {
    assert.deepEqual(await captions('7002'), ['Chapeau rouge'])
    assert.equal((await received('good')).length, 2)
    const errors = [...(await rowsOf(salon.id)), ...(await rowsOf(bad.id))].map((row) => row.lastError)
    assert.ok(errors.some((error) => String(error).startsWith('502')))
    assert.ok(errors.includes('no answer from the receiver'))
  }, 10_000)
  assert.deepEqual([(await shown(salon.channel)).length, (await received('bad')).length], [1, 1])
  await eventually(async () => {
    assert.deepEqual([(await shown(salon.channel)).length, (await received('bad')).length], [2, 2])
  }, 40_000)
})

test('a webhook that was deleted at Discord is a dead letter in Discord’s words, and retry sends what waited', async () => {
  const salon = await addDiscord()
  await alertTo('gants bleus', '7003', [salon.id])
  await fleet.control('POST', 'receivers/faults', { mode: 'gone', target: salon.channel })
  await publish('Gants bleus 1')
  await fleet.runOnce()
  await eventually(async () => {
    const [row] = await rowsOf(salon.id)
    assert.deepEqual([row.status, row.lastError], ['failed', '404 Unknown Webhook (10015)'])
  })
  const listed = (await fleet.api('GET', '/api/v1/webhooks')).body.webhooks.find(({ id }: Json) => id === salon.id)
  assert.equal(listed.disabledReason, '404 Unknown Webhook (10015)')
  await publish('Gants bleus 2')
  await fleet.runOnce()
  await eventually(async () => assert.equal((await captions('7003')).length, 2))
  await fleet.control('DELETE', 'receivers/faults')
  const [failed] = (await rowsOf(salon.id)).filter((row) => row.status === 'failed')
  assert.equal((await fleet.api('POST', `/api/v1/outbox/${failed.id}/retry`)).status, 200)
  await eventually(async () =>
    assert.deepEqual((await shown(salon.channel)).slice(1).sort(), ['Gants bleus 1', 'Gants bleus 2']),
  )
})

test('a feed shows the find at a secret address, is not loaded twice, and ends when it is revoked', async () => {
  const id = await alertTo('echarpe jaune', '7004', [])
  const { url } = (await fleet.api('POST', `/api/v1/alerts/${id}/feed`)).body
  assert.equal((await fleet.api('POST', `/api/v1/alerts/${id}/feed`)).body.url, url)
  await publish('Echarpe jaune <script>')
  await fleet.runOnce()
  const feed = await fleet.send(url, 'GET', undefined, {})
  assert.deepEqual(
    ['content-type', 'cache-control'].map((name) => feed.headers.get(name)),
    ['application/rss+xml; charset=utf-8', 'private, max-age=60'],
  )
  assert.match(feed.body, /<title>Echarpe jaune &lt;script&gt; – 10,00 €<\/title>/)
  const etag = feed.headers.get('etag') ?? ''
  const lastModified = feed.headers.get('last-modified') ?? ''
  assert.equal((await fleet.send(url, 'GET', undefined, { 'if-none-match': etag })).status, 304)
  assert.equal((await fleet.send(url, 'GET', undefined, { 'if-modified-since': lastModified })).status, 304)
  assert.equal((await fleet.send(url, 'GET', undefined, { 'if-none-match': '"old"' })).status, 200)
  assert.equal((await fleet.api('DELETE', `/api/v1/alerts/${id}/feed`)).status, 204)
  const gone = await fleet.send(url, 'GET', undefined, {})
  const never = await fleet.send(url.replace(/[\w-]{43}/, 'x'.repeat(43)), 'GET', undefined, {})
  assert.deepEqual([gone.status, gone.body], [404, never.body])
  const key = /([\w-]{43})\.xml$/.exec(url)?.[1] ?? assert.fail('no key')
  assert.doesNotMatch(JSON.stringify(fleet.logs()), new RegExp(key))
})

test('a test message says how each way out is, and one that is not there is refused by name', async () => {
  const [salon, program] = [await addDiscord(), await addReceiver('tested')]
  const tests = [
    { channel: 'console' },
    { channel: 'telegram' },
    { channel: 'telegram', destination: '7005' },
    { channel: 'discord', destination: salon.id },
    { channel: 'webhook', destination: program.id },
  ]
  for (const body of tests) {
    const { status, body: queued } = await fleet.api('POST', '/api/v1/outbox/test', body)
    assert.equal(status, 202, JSON.stringify(queued))
    await eventually(async () =>
      assert.equal((await fleet.api('GET', `/api/v1/outbox/${queued.id}`)).body.status, 'sent', body.channel),
    )
  }
  for (const chat of ['5000', '7005'])
    assert.ok(
      (await fleet.messages(chat)).some(({ text }) => /d’essai de Vigie/.test(text ?? '')),
      chat,
    )
  assert.equal((await received('tested'))[0].headers['webhook-id'].length, 36)
  const refusals: [body: object, status: number, words: RegExp][] = [
    [{ channel: 'webhook', destination: salon.id }, 404, /^destination: no standard webhook/],
    [{ channel: 'discord' }, 400, /^destination: wants the id/],
    [{ channel: 'fax' }, 400, /^channel: wants telegram, console, discord or webhook/],
  ]
  for (const [body, status, words] of refusals) {
    const answer = await fleet.api('POST', '/api/v1/outbox/test', body)
    assert.equal(answer.status, status)
    assert.match(answer.body.error, words)
  }
})

test('a webhook that leads nowhere is refused by name, a removed one leaves its alerts, and no address is told', async () => {
  const bad: [body: object, words: RegExp][] = [
    [{ kind: 'standard', name: 'x', url: 'http://10.0.0.1/' }, /^url: wants https/],
    [{ kind: 'standard', name: 'x', url: 'https://169.254.169.254/' }, /^url: wants a public host/],
    [
      { kind: 'discord', name: 'x', url: 'https://evil.example/api/webhooks/1/x' },
      /^url: wants the address of a Discord/,
    ],
    [{ kind: 'slack', name: 'x', url: 'https://discord.com/' }, /^kind: wants discord or standard/],
    [{ kind: 'discord', name: ' ', url: 'https://discord.com/' }, /^name: /],
  ]
  for (const [body, words] of bad) {
    const answer = await fleet.api('POST', '/api/v1/webhooks', body)
    assert.equal(answer.status, 400)
    assert.match(answer.body.error, words)
  }
  const salon = await addDiscord()
  const id = await fleet.createAlert({ market: 'fr', searchText: 'bonnet', webhookIds: [salon.id] })
  assert.equal((await fleet.api('DELETE', `/api/v1/webhooks/${salon.id}`)).status, 204)
  assert.deepEqual((await fleet.api('GET', `/api/v1/alerts/${id}`)).body.webhookIds, [])
  const answer = await fleet.api('PATCH', `/api/v1/alerts/${id}`, { webhookIds: [salon.id] })
  assert.deepEqual([answer.status, answer.body.issues[0].field], [400, 'webhookIds'])
  assert.equal((await fleet.api('DELETE', `/api/v1/webhooks/${salon.id}`)).status, 404)
  const told = JSON.stringify([(await fleet.api('GET', '/api/v1/webhooks')).body, fleet.logs(), await rowsOf(salon.id)])
  assert.ok(!told.includes(TOKEN) && !told.includes('/receivers/') && !told.includes('whsec_'))
})
