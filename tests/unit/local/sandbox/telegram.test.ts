import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { Api, TelegramApiError, TimeoutError } from 'node-telegram-bot-api'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

type Accepted = { chat: string; method: string; text?: string; caption?: string; photo?: string; buttons: object[] }

const TOKEN = '42:sandbox_token'
let sandbox: TestSandbox
let api: Api
let now = Date.now()
before(async () => {
  sandbox = await startTestSandbox(['worker-fr'], { clock: { now: () => now }, botToken: TOKEN })
  api = new Api(TOKEN, { apiRoot: sandbox.url, timeoutMs: 400, maxRetries: 0 })
})
after(() => sandbox.close())
afterEach(async () => {
  await sandbox.control('DELETE', 'telegram/faults')
  now += 120_000
})

const messages = (chat: number) => sandbox.control<Accepted[]>('GET', `messages?chat=${chat}`)
const fault = (order: object) => sandbox.control('POST', 'telegram/faults', order)

async function refusal(call: Promise<unknown>): Promise<TelegramApiError> {
  const outcome = await call.then(
    () => 'accepted',
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof TelegramApiError, String(outcome))
  return outcome
}

test('a message arrives with its text, entities and buttons', async () => {
  const button = { text: 'Open', url: 'https://www.vinted.fr/items/1' }
  const sent = await api.sendMessage({
    chat_id: '101',
    text: '<b>Veste</b> &amp; co',
    parse_mode: 'HTML',
    reply_markup: { inline_keyboard: [[button]] },
  })
  assert.equal(sent.text, 'Veste & co')
  assert.deepEqual(sent.entities, [{ type: 'bold', offset: 0, length: 5 }])
  const [message] = await messages(101)
  assert.equal(message?.text, 'Veste & co')
  assert.deepEqual([message.chat, message.method, message.buttons], ['101', 'sendMessage', [button]])
})

test('a photo goes by link or by upload, with a caption', async () => {
  const photo = 'https://images.example/1.webp'
  await api.sendPhoto({ chat_id: 102, photo, caption: 'x' })
  const uploaded = await fetch(`${sandbox.url}/bot${TOKEN}/sendPhoto`, { method: 'POST', body: photoForm(102) })
  assert.equal(uploaded.status, 200)
  const shown = (await messages(102)).map((message) => [message.photo, message.caption])
  assert.deepEqual(shown, [
    [photo, 'x'],
    ['upload', 'hello'],
  ])
})

function photoForm(chat: number): FormData {
  const form = new FormData()
  form.set('chat_id', String(chat))
  form.set('caption', 'hello')
  form.set('photo', new Blob(['bytes']), 'photo.png')
  return form
}

test('a photo that is no http link, or none of the pictures on the sandbox, is refused', async () => {
  for (const photo of ['/t/1.webp', 'ftp://a.example/1.png', 'nonsense']) {
    const { errorCode, description } = await refusal(api.sendPhoto({ chat_id: 103, photo }))
    assert.deepEqual([errorCode, description], [400, 'Bad Request: wrong file identifier/HTTP URL specified'])
  }
  const dead = await refusal(api.sendPhoto({ chat_id: 103, photo: 'https://images1.vinted.net/nothing.webp' }))
  assert.equal(dead.description, 'Bad Request: failed to get HTTP URL content')
})

test('broken markup, empty and overlong texts, relative buttons and unknown chats are refused', async () => {
  const send = (text: string, over: object = {}) => refusal(api.sendMessage({ chat_id: 104, text, ...over }))
  assert.match(
    (await send('<b>x', { parse_mode: 'HTML' })).description,
    /^Bad Request: can't parse entities: Can't find end tag/,
  )
  assert.equal((await send('<b> </b>', { parse_mode: 'HTML' })).description, 'Bad Request: message text is empty')
  assert.equal((await send('x'.repeat(4097))).description, 'Bad Request: message is too long')
  assert.equal((await send('x', { chat_id: '@somebody' })).description, 'Bad Request: chat not found')
  const keyboard = { inline_keyboard: [[{ text: 'Open', url: '/items/1' }]] }
  assert.match((await send('x', { reply_markup: keyboard })).description, /button URL '\/items\/1' is invalid/)
  const caption = await refusal(
    api.sendPhoto({ chat_id: 104, photo: 'https://a.example/1', caption: 'x'.repeat(1025) }),
  )
  assert.equal(caption.description, 'Bad Request: message caption is too long')
  assert.deepEqual(await messages(104), [])
})

test('an album holds one to ten pictures, each a message of its own', async () => {
  const media = (count: number) =>
    Array.from({ length: count }, (_, place) => ({ type: 'photo' as const, media: `https://a.example/${place}` }))
  const sent = await api.sendMediaGroup({ chat_id: 111, media: media(10) })
  assert.equal(new Set(sent.map(({ message_id }) => message_id)).size, 10)
  assert.equal(new Set(sent.map(({ media_group_id }) => media_group_id)).size, 1)
  const refused = async (count: number): Promise<string> =>
    (await refusal(api.sendMediaGroup({ chat_id: 111, media: media(count) }))).description
  assert.equal(await refused(0), 'Bad Request: there are no messages to send')
  assert.equal(await refused(11), 'Bad Request: too many messages to send as an album')
  const long = [{ type: 'photo' as const, media: 'https://a.example/1', caption: 'x'.repeat(1025) }]
  const tooLong = await refusal(api.sendMediaGroup({ chat_id: 111, media: long }))
  assert.equal(tooLong.description, 'Bad Request: message caption is too long')
  assert.equal((await messages(111)).length, 1)
})

test('lengths count code points after parsing', async () => {
  const text = `<b>${'😀'.repeat(4096)}</b>`
  assert.equal((await api.sendMessage({ chat_id: 105, text, parse_mode: 'HTML' })).text?.length, 8192)
})

test('the fourth message at once in a chat is told to wait, and goes out after that', async () => {
  const send = () => api.sendMessage({ chat_id: 106, text: 'x' })
  for (let count = 0; count < 3; count++) await send()
  const { errorCode, retryAfter, description } = await refusal(send())
  assert.deepEqual([errorCode, retryAfter, description], [429, 1, 'Too Many Requests: retry after 1'])
  now += 1000
  await send()
  const response = await fetch(`${sandbox.url}/bot${TOKEN}/sendMessage?chat_id=106&text=x`)
  assert.equal(response.headers.get('retry-after'), '1')
  assert.equal((await messages(106)).length, 4)
})

test('a wrong token is 401, a malformed one 404, an unknown method 404', async () => {
  const status = async (path: string) => (await fetch(`${sandbox.url}${path}`)).status
  assert.deepEqual(
    [await status('/bot42:other/getMe'), await status('/botx/getMe'), await status(`/bot${TOKEN}/fly`)],
    [401, 404, 404],
  )
  assert.equal((await api.getMe()).is_bot, true)
})

test('a text can be edited, but not into itself, and not one that is not there', async () => {
  const { message_id } = await api.sendMessage({ chat_id: 107, text: 'one' })
  const edit = (text: string, id = message_id) => api.editMessageText({ chat_id: 107, message_id: id, text })
  await edit('two')
  assert.match((await refusal(edit('two'))).description, /message is not modified/)
  assert.equal((await refusal(edit('x', 999_999))).description, 'Bad Request: message to edit not found')
  assert.deepEqual(
    (await messages(107)).map(({ text }) => text),
    ['one', 'two'],
  )
})

test('each fault mode answers in the words of the real server', async () => {
  const send = () => refusal(api.sendMessage({ chat_id: -108, text: 'x', parse_mode: 'HTML' }))
  const expected: [order: object, code: number, description: string][] = [
    [{ mode: '429', retryAfter: 9 }, 429, 'Too Many Requests: retry after 9'],
    [{ mode: '403' }, 403, 'Forbidden: bot was kicked from the group chat'],
    [{ mode: '403', reason: 'user is deactivated' }, 403, 'Forbidden: user is deactivated'],
    [{ mode: '400-chat' }, 400, 'Bad Request: chat not found'],
    [{ mode: '500' }, 500, 'Internal Server Error: restart'],
  ]
  for (const [order, code, description] of expected) {
    await fault({ ...order, chat: -108, count: 1 })
    const error = await send()
    assert.deepEqual([error.errorCode, error.description], [code, description])
  }
  await fault({ mode: '400-entities' })
  assert.match((await send()).description, /can't parse entities/)
  await api.sendMessage({ chat_id: -108, text: 'plain' })
  await fault({ mode: '400-photo' })
  const photo = await refusal(api.sendPhoto({ chat_id: -108, photo: 'https://a.example/1' }))
  assert.match(photo.description, /wrong file identifier/)
})

test('a group that migrated names its new chat, which takes the message', async () => {
  await fault({ mode: 'migrate' })
  const { migrateToChatId } = await refusal(api.sendMessage({ chat_id: -109, text: 'x' }))
  assert.equal(migrateToChatId, -100109)
  await api.sendMessage({ chat_id: -100109, text: 'x' })
})

test('a timeout after accept stores the message and never answers; slow answers late', async () => {
  await fault({ mode: 'timeout-after-accept', count: 1 })
  await assert.rejects(api.sendMessage({ chat_id: 110, text: 'x' }), TimeoutError)
  assert.equal((await messages(110)).length, 1)
  await fault({ mode: 'slow', delayMs: 80, count: 1 })
  const start = performance.now()
  await api.sendMessage({ chat_id: 110, text: 'y' })
  assert.ok(performance.now() - start >= 75)
})

test('a fault without method leaves polling alone; with it, any method may fail', async () => {
  await fault({ mode: '500' })
  assert.deepEqual(await api.getUpdates({ timeout: 0 }), [])
  await fault({ mode: '429', method: 'getUpdates', count: 1 })
  assert.equal((await refusal(api.getUpdates({ timeout: 0 }))).errorCode, 429)
})
