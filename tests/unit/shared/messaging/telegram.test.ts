import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { OutgoingMessage } from '#shared/messaging/messaging-provider.ts'
import { createTelegram } from '#shared/messaging/telegram.ts'
import { ensureCertificate } from '../../../../local/sandbox/certificate.ts'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import { startLocalServer } from '../local-server.ts'

type Accepted = {
  method: string
  text?: string
  caption?: string
  photo?: string
  photos?: string[]
  buttons: object[]
}

const TOKEN = '42:planted_secret_token'
let sandbox: TestSandbox
let now = Date.now()
before(async () => {
  sandbox = await startTestSandbox([], { clock: { now: () => now }, botToken: TOKEN })
})
after(() => sandbox.close())
afterEach(async () => {
  await sandbox.control('DELETE', 'telegram/faults')
  now += 120_000
})

const plain: OutgoingMessage = {
  html: '<b>x</b> &amp; y',
  plain: 'x & y',
  photoUrl: null,
  buttons: [],
  notifications: [],
}
const photo = { ...plain, photoUrl: 'https://images.example/1.webp' }
const inTime = (): boolean => true
const send = (chat: number, message = plain) =>
  createTelegram(TOKEN, sandbox.url).send(String(chat), null, message, inTime)
const accepted = (chat: number) => sandbox.control<Accepted[]>('GET', `messages?chat=${chat}`)
const fault = (order: object) => sandbox.control('POST', 'telegram/faults', order)

test('a text arrives with its markup and its buttons', async () => {
  const button = { label: 'Open', url: 'https://www.vinted.fr/items/1' }
  assert.deepEqual(await send(201, { ...plain, buttons: [[button, { label: 'Pause', data: 'pause:1' }]] }), {
    kind: 'sent',
  })
  const [message] = await accepted(201)
  assert.deepEqual(
    [message?.text, message?.buttons],
    [
      'x & y',
      [
        { text: 'Open', url: button.url },
        { text: 'Pause', callback_data: 'pause:1' },
      ],
    ],
  )
})

test('a photo arrives by its URL with the text as caption', async () => {
  assert.deepEqual(await send(202, photo), { kind: 'sent' })
  const [message] = await accepted(202)
  assert.deepEqual([message?.method, message?.photo, message?.caption], ['sendPhoto', photo.photoUrl, 'x & y'])
})

test('an album arrives as one, its words below the first picture; without buttons', async () => {
  const album = [1, 2].map((place) => `https://images.example/${place}.webp`)
  assert.deepEqual(await send(221, { ...plain, album }), { kind: 'sent' })
  const [message, ...more] = await accepted(221)
  assert.deepEqual([message?.method, message?.photos, message?.caption], ['sendMediaGroup', album, 'x & y'])
  assert.deepEqual(more, [])
})

test('an album with a picture that Telegram does not take goes out as text', async () => {
  const album = ['https://images1.vinted.net/nothing.webp', 'https://images.example/2.webp']
  assert.deepEqual(await send(222, { ...plain, album }), { kind: 'sent' })
  assert.deepEqual(
    (await accepted(222)).map(({ method }) => method),
    ['sendMessage'],
  )
})

test('a refused photo goes out as text at once', async () => {
  await fault({ mode: '400-photo', count: 1 })
  assert.deepEqual(await send(203, photo), { kind: 'sent' })
  assert.deepEqual(
    (await accepted(203)).map(({ method }) => method),
    ['sendMessage'],
  )
})

test('refused markup goes out as plain text at once', async () => {
  await fault({ mode: '400-entities', count: 1 })
  assert.deepEqual(await send(204, { ...plain, html: 'x &amp; y' }), { kind: 'sent' })
  assert.equal((await accepted(204))[0]?.text, 'x & y')
})

test('what Telegram refuses is told in its own words and kind', async () => {
  const cases: [order: object, delivery: object][] = [
    [
      { mode: '429', retryAfter: 3_600 },
      { kind: 'throttled', retryAfterMs: 3_600_000, error: '429 Too Many Requests: retry after 3600' },
    ],
    [
      { mode: '403', reason: 'bot was blocked by the user' },
      { kind: 'gone', error: '403 Forbidden: bot was blocked by the user' },
    ],
    [
      { mode: '403', reason: 'user is deactivated' },
      { kind: 'gone', error: '403 Forbidden: user is deactivated' },
    ],
    [
      { mode: '403', reason: 'bot was kicked from the supergroup chat' },
      { kind: 'gone', error: '403 Forbidden: bot was kicked from the supergroup chat' },
    ],
    [
      { mode: '403', reason: 'bot is not a member of the channel chat' },
      { kind: 'gone', error: '403 Forbidden: bot is not a member of the channel chat' },
    ],
    [{ mode: '400-chat' }, { kind: 'gone', error: '400 Bad Request: chat not found' }],
    [{ mode: '500' }, { kind: 'unclear', error: '500 Internal Server Error: restart' }],
  ]
  for (const [order, delivery] of cases) {
    await fault({ ...order, count: 1 })
    assert.deepEqual(await send(205), delivery)
  }
})

test('whatever Telegram says of a picture it does not take, the text goes', async () => {
  const seen: string[] = []
  const { url, close } = await startLocalServer((request, response) => {
    seen.push(request.url?.split('/').at(-1) ?? '')
    const isPhoto = request.url?.endsWith('sendPhoto') ?? false
    const body = isPhoto
      ? { ok: false, error_code: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' }
      : { ok: true, result: { message_id: 1, date: 0, chat: { id: 1, type: 'private' } } }
    response.writeHead(isPhoto ? 400 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const pictures = [{ photoUrl: 'https://images.example/1.jpg' }, { photoData: new Uint8Array([1]) }]
  for (const picture of pictures)
    assert.deepEqual(await createTelegram(TOKEN, url).send('1', null, { ...plain, ...picture }, inTime), {
      kind: 'sent',
    })
  assert.deepEqual(seen, ['sendPhoto', 'sendMessage', 'sendPhoto', 'sendMessage'])
  await close()
})

test('what comes too late is not sent at all', async () => {
  assert.equal((await createTelegram(TOKEN, sandbox.url).send('220', null, plain, () => false)).kind, 'late')
  assert.deepEqual(await accepted(220), [])
})

test('a group that became a supergroup names its new chat', async () => {
  await fault({ mode: 'migrate' })
  const delivery = await send(-209)
  assert.deepEqual([delivery.kind, 'to' in delivery && delivery.to], ['migrated', '-100209'])
})

test('a text that Telegram does not take is rejected', async () => {
  assert.equal((await send(210, { ...plain, html: '', plain: 'x'.repeat(4_097) })).kind, 'rejected')
})

test('a connection that is refused has sent nothing', async () => {
  const { url, close } = await startLocalServer(() => undefined)
  await close()
  const delivery = await createTelegram(TOKEN, url).send('1', null, plain, inTime)
  assert.equal(delivery.kind, 'not-sent')
})

test('a name that does not resolve has sent nothing', async () => {
  const delivery = await createTelegram(TOKEN, 'http://telegram.invalid').send('1', null, plain, inTime)
  assert.equal(delivery.kind, 'not-sent')
})

test('a TLS handshake that fails has sent nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-tls-'))
  const { certFile, keyFile } = await ensureCertificate(dir)
  const server = createServer({ cert: await readFile(certFile), key: await readFile(keyFile) })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const root = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    assert.equal((await createTelegram(TOKEN, root).send('1', null, plain, inTime)).kind, 'not-sent')
  } finally {
    server.close()
    await rm(dir, { recursive: true })
  }
})

test('a connection that is cut after the request was written may have sent it', async () => {
  const { url, close } = await startLocalServer((request) => {
    request.on('data', () => request.socket.destroy())
  })
  const delivery = await createTelegram(TOKEN, url).send('1', null, plain, inTime)
  await close()
  assert.equal(delivery.kind, 'unclear')
})

test('the token is in no error text', async () => {
  const closed = await startLocalServer(() => undefined)
  await closed.close()
  const cut = await startLocalServer((request) => request.socket.destroy())
  const html = await startLocalServer((_request, response) => response.writeHead(502).end('<html>'))
  for (const root of [closed.url, cut.url, html.url, 'http://telegram.invalid']) {
    const delivery = await createTelegram(TOKEN, root).send('1', null, plain, inTime)
    assert.ok(!JSON.stringify(delivery).includes('planted_secret'), JSON.stringify(delivery))
    assert.notEqual(delivery.kind, 'sent')
  }
  await Promise.all([cut.close(), html.close()])
})

test('chats get a message a second, groups twenty a minute, the whole channel thirty a second', () => {
  const { gapMs } = createTelegram(TOKEN, sandbox.url)
  assert.deepEqual([gapMs.destination('42'), gapMs.destination('-100'), gapMs.channel], [1_000, 3_000, 34])
})
