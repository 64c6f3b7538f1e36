import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { Api, TelegramApiError } from 'node-telegram-bot-api'
import { startTestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'
import type { TestSandbox } from '../../../support/sandbox/start-test-sandbox.ts'

const TOKEN = '42:sandbox_token'
let sandbox: TestSandbox
let api: Api
before(async () => {
  sandbox = await startTestSandbox(['worker-fr'])
  api = new Api(TOKEN, { apiRoot: sandbox.url, timeoutMs: 5000, maxRetries: 0 })
})
after(() => sandbox.close())
afterEach(() => api.deleteWebhook({ drop_pending_updates: true }))

const user = (update: object) => sandbox.control<{ updateId: number }>('POST', 'telegram/updates', update)
type SeenUpdate = {
  update_id: number
  message?: { text: string; chat: { id: number }; entities: object[] }
  callback_query?: { id: string; data: string; message?: { message_id: number } }
  my_chat_member?: { new_chat_member: { status: string } }
}
const poll = async (params: { timeout: number; offset?: number }): Promise<SeenUpdate[]> =>
  (await api.getUpdates(params)) as unknown as SeenUpdate[]

const isConflict = (error: unknown): boolean => error instanceof TelegramApiError && error.errorCode === 409

test("a user's message is delivered by polling, again and again until a higher offset confirms it", async () => {
  const { updateId } = await user({ chat: 7, text: '/start now', from: { username: 'anna' } })
  const [update] = await poll({ timeout: 0 })
  assert.equal(update?.update_id, updateId)
  assert.equal(update.message?.text, '/start now')
  assert.equal(update.message.chat.id, 7)
  assert.deepEqual(update.message.entities, [{ type: 'bot_command', offset: 0, length: 6 }])
  assert.equal((await poll({ timeout: 0 })).length, 1)
  assert.equal((await poll({ timeout: 0, offset: updateId + 1 })).length, 0)
})

test('long polling answers when something happens', async () => {
  const waiting = poll({ timeout: 20 })
  await user({ chat: 7, text: 'hello' })
  assert.equal((await waiting)[0]?.message?.text, 'hello')
})

test('a second poller ends the first one with a conflict', async () => {
  const first = poll({ timeout: 20 })
  const conflict = assert.rejects(first, isConflict)
  // The first one must be waiting before the second starts: any answered call after it was sent says so.
  await api.getMe()
  assert.deepEqual(await poll({ timeout: 0 }), [])
  await conflict
})

test('a press on a button carries its message and data, and is answered once', async () => {
  const keyboard = { inline_keyboard: [[{ text: 'Pause', callback_data: 'pause:1' }]] }
  const sent = await api.sendMessage({ chat_id: 8, text: 'An alert', reply_markup: keyboard })
  await user({ chat: 8, data: 'pause:1' })
  const [update] = await poll({ timeout: 0 })
  const query = update?.callback_query
  assert.equal(query?.data, 'pause:1')
  assert.equal(query.message?.message_id, sent.message_id)
  assert.equal(await api.answerCallbackQuery({ callback_query_id: query.id, text: 'Paused' }), true)
  await assert.rejects(api.answerCallbackQuery({ callback_query_id: query.id }), /query is too old/)
  const calls = await sandbox.control<{ method: string; text: string }[]>('GET', 'messages?chat=8')
  assert.deepEqual(
    calls.map(({ method, text }) => [method, text]),
    [
      ['sendMessage', 'An alert'],
      ['answerCallbackQuery', 'Paused'],
    ],
  )
})

test("an update in Telegram's own words is delivered as it is", async () => {
  await user({ my_chat_member: { chat: { id: -5 }, new_chat_member: { status: 'kicked' } } })
  const [update] = await poll({ timeout: 0 })
  assert.equal(update?.my_chat_member?.new_chat_member.status, 'kicked')
})

test('commands are kept', async () => {
  await api.setMyCommands({ commands: [{ command: 'list', description: 'My alerts' }] })
  assert.deepEqual(await api.getMyCommands(), [{ command: 'list', description: 'My alerts' }])
})

test('a webhook gets each update with the secret, in order, until it answers 2xx, and waits as long as it says', async (t) => {
  const received: { secret: unknown; text: string | undefined }[] = []
  const statuses = [503, 200, 200]
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      const { message } = JSON.parse(body) as { message?: { text: string } }
      received.push({ secret: request.headers['x-telegram-bot-api-secret-token'], text: message?.text })
      response.writeHead(statuses.shift() ?? 200, { 'retry-after': '0' }).end()
      receiver.emit('received')
    })
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  t.after(() => receiver.close())
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`

  await api.setWebhook({ url, secret_token: 'a-secret_1' })
  await user({ chat: 7, text: 'one' })
  await user({ chat: 7, text: 'two' })
  while (received.length < 3) await once(receiver, 'received')
  const secret = 'a-secret_1'
  assert.deepEqual(received, [
    { secret, text: 'one' },
    { secret, text: 'one' },
    { secret, text: 'two' },
  ])
  await assert.rejects(poll({ timeout: 0 }), isConflict)
  const info = await api.getWebhookInfo()
  assert.equal(info.url, url)
  assert.match(info.last_error_message ?? '', /503/)
})

test('a webhook needs https, loopback apart, and a well-formed secret', async () => {
  await assert.rejects(api.setWebhook({ url: 'http://main.example/hook' }), /An HTTPS URL must be provided/)
  await assert.rejects(api.setWebhook({ url: 'https://main.example/hook', secret_token: 'ä' }), /unallowed characters/)
})

test('a word over a button and a menu are no longer than Telegram takes', async () => {
  const refused = async (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'taken',
      (error: unknown) => (error instanceof TelegramApiError ? error.description : String(error)),
    )
  await user({ chat: 7, data: 'go' })
  const [update] = await poll({ timeout: 0 })
  const callback_query_id = update?.callback_query?.id ?? ''
  const answer = (length: number) => refused(api.answerCallbackQuery({ callback_query_id, text: 'x'.repeat(length) }))
  assert.deepEqual([await answer(201), await answer(200)], ['Bad Request: MESSAGE_TOO_LONG', 'taken'])
  const menu = (command: string, description = 'x') =>
    refused(api.setMyCommands({ commands: [{ command, description }] }))
  assert.deepEqual(
    [await menu('List'), await menu('list', ''), await menu('list')],
    ['Bad Request: BOT_COMMAND_INVALID', 'Bad Request: BOT_COMMAND_DESCRIPTION_INVALID', 'taken'],
  )
})
