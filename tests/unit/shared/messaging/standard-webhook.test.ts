import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import type { Delivery, OutgoingMessage } from '#shared/messaging/messaging-provider.ts'
import { createStandardWebhook } from '#shared/messaging/standard-webhook.ts'
import type { WebhookPayload } from '#shared/messaging/webhook-payload.ts'
import type { Received } from '../../../../local/sandbox/receivers/receiver.ts'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import { hostileTitles } from '../hostile-titles.ts'
import { uuid } from '../make-alert.ts'
import { makeFound } from '../make-listing.ts'
import { startLocalServer } from '../local-server.ts'
import { digest, find, inTime, note, outgoing } from './outgoing.ts'

const clock = { now: () => Date.now() }
const secret = `whsec_${randomBytes(32).toString('base64')}`
let sandbox: TestSandbox
before(async () => {
  sandbox = await startTestSandbox([])
})
after(() => sandbox.close())
afterEach(() => sandbox.control('DELETE', 'receivers/faults'))

const providerTo = (url: string, allowedHosts = [new URL(url).host]) =>
  createStandardWebhook({ findTarget: () => Promise.resolve({ url, secret }), allowedHosts, clock })
const send = (receiver: string, message: OutgoingMessage): Promise<Delivery> =>
  providerTo(`${sandbox.url}/receivers/${receiver}`).send('an-id', null, message, inTime)
const received = (receiver: string) => sandbox.control<Received[]>('GET', `received?receiver=${receiver}`)
const fault = (order: object) => sandbox.control('POST', 'receivers/faults', order)

/** What a program reads after it has checked the signature. */
const opened = ({ body, headers }: Received): WebhookPayload =>
  new Webhook(secret).verify(body, headers) as WebhookPayload

test('a find arrives signed, as the Standard Webhooks library of a receiver checks it', async () => {
  assert.deepEqual(await send('find', find()), { kind: 'sent' })
  const [got] = await received('find')
  assert.ok(got)
  assert.deepEqual(opened(got), {
    type: 'find',
    timestamp: '2026-11-22T09:05:01.000Z',
    data: {
      alerts: [{ id: uuid(100), name: 'Nike à Paris' }],
      count: 1,
      listings: [{ ...makeFound(), url: 'https://www.vinted.fr/items/9547136593-nike-air-max-90' }],
      text: 'in words',
    },
  })
  assert.equal(got.headers['webhook-id'], uuid(1))
  assert.throws(() => new Webhook(secret).verify(got.body.replace('30', '31'), got.headers))
  assert.throws(() => new Webhook(`whsec_${randomBytes(32).toString('base64')}`).verify(got.body, got.headers))
})

test('whatever strangers write arrives as it was written', async () => {
  for (const title of hostileTitles) assert.deepEqual(await send('hostile', find({ title })), { kind: 'sent' })
  const titles = (await received('hostile')).map((got) => (opened(got).data.listings[0] as { title: string }).title)
  assert.deepEqual(titles, hostileTitles)
})

test('each kind of message has its type, and a link that leads elsewhere is null', async () => {
  const newest = [makeFound({ url: 'https://evil.example/' })]
  await send('types', outgoing(note({ kind: 'drop', event: 'drop:30.00' })))
  await send('types', outgoing(note({ kind: 'baseline', payload: { count: 9, newest } })))
  await send('types', outgoing(note({ kind: 'digest', payload: { count: 4, newest } })))
  await send('types', digest(['one', 'two']))
  await send('types', outgoing(note(), note({ id: uuid(2), alertId: uuid(200), alertName: 'Jupes' })))
  await send('types', outgoing(note({ kind: 'notice', alertId: null, payload: { bound: true, language: 'fr' } })))
  await send('types', outgoing(note({ kind: 'notice', alertId: null, payload: { test: true, language: 'fr' } })))
  const payloads = (await received('types')).map(opened)
  assert.deepEqual(
    payloads.map(({ type, data }) => [type, data.count, data.listings.length, data.alerts.length]),
    [
      ['price-drop', 1, 1, 1],
      ['baseline', 9, 1, 1],
      ['digest', 4, 1, 1],
      ['digest', 2, 2, 1],
      ['find', 1, 1, 2],
      ['notice', 0, 0, 0],
      ['test', 0, 0, 0],
    ],
  )
  assert.deepEqual(payloads[1]?.data.listings[0], { ...newest[0], url: null })
})

test('a repeat has the same id, and other things have another, so that a receiver drops repeats only', async () => {
  for (const message of [
    find(),
    find(),
    digest(['one', 'two']),
    digest(['one', 'two', 'three']),
    digest(['one', 'two']),
  ])
    await send('ids', message)
  const [one, again, two, three, twoAgain] = (await received('ids')).map(({ headers }) => headers['webhook-id'])
  assert.deepEqual([one === again, two === twoAgain, new Set([one, two, three]).size], [true, true, 3])
})

test('what a receiver refuses is told in its words and kind, without links or anything like a key', async () => {
  const cases: [order: object, delivery: Delivery][] = [
    [
      { mode: '429', retryAfter: 7 },
      { kind: 'throttled', retryAfterMs: 7_000, error: '429 {"error":"slow down"}' },
    ],
    [{ mode: 'gone' }, { kind: 'gone', error: '410 {"error":"nobody listens here any more"}' }],
    [
      { mode: 'status', status: 400 },
      { kind: 'rejected', error: '400 {"error":"the sandbox says 400"}' },
    ],
    [
      { mode: 'status', status: 503 },
      { kind: 'unclear', error: '503 {"error":"the sandbox says 503"}', dedupes: true },
    ],
    [{ mode: 'drop' }, { kind: 'unclear', error: 'no answer from the receiver', dedupes: true }],
    [{ mode: 'redirect' }, { kind: 'rejected', error: '302: redirects are not followed' }],
  ]
  for (const [order, delivery] of cases) {
    await fault({ ...order, count: 1 })
    assert.deepEqual(await send('refused', find()), delivery)
  }
  const { url, close } = await startLocalServer((_request, response) =>
    response.writeHead(400).end(`see https://inside.example/?key=${'k'.repeat(40)} for\u0007 ${'t'.repeat(40)}`),
  )
  const delivery = await providerTo(url).send('an-id', null, find(), inTime)
  await close()
  assert.deepEqual(delivery, { kind: 'rejected', error: '400 see [link] for […]' })
})

test('a receiver that cannot be reached is the only one that waits', async () => {
  const { url, close } = await startLocalServer(() => undefined)
  await close()
  assert.deepEqual(await providerTo(url).send('an-id', null, find(), inTime), {
    kind: 'not-sent',
    error: 'the receiver cannot be reached',
    isAlone: true,
  })
})

test('of an answer without an end no more than its beginning is read', async () => {
  const { url, close } = await startLocalServer((_request, response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('x'.repeat(10_000)), 5)
    response.once('close', () => clearInterval(drip))
  })
  assert.deepEqual(await providerTo(url).send('an-id', null, find(), inTime), { kind: 'sent' })
  await close()
})

test('an address inside is not called, by number or by name, unless the operator named it', async () => {
  let calls = 0
  const { url, close } = await startLocalServer((_request, response) => {
    calls += 1
    response.end()
  })
  for (const address of [
    url,
    url.replace('http:', 'https:'),
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
  ])
    assert.equal((await providerTo(address, []).send('an-id', null, find(), inTime)).kind, 'gone', address)
  assert.equal(calls, 0)
  assert.deepEqual(await providerTo(url).send('an-id', null, find(), inTime), { kind: 'sent' })
  await close()
})
