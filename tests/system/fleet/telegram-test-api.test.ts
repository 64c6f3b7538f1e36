import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRequire } from 'node:module'
import { eventually } from '../../support/fleet/eventually.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'

/** The part of npm telegram-test-api that is used here. */
type Emulator = {
  config: { apiURL: string }
  start(): Promise<void>
  stop(): Promise<void>
  getClient(token: string, options: { chatId: number; userId: number }): Person
  storage: { botMessages: { messageId: number; message: BotMessage }[] }
}
type BotMessage = {
  chat_id: string
  text: string
  reply_markup?: { inline_keyboard: { text: string; callback_data?: string }[][] }
}
type Person = {
  makeMessage(text: string): object
  makeCommand(text: string): object
  makeCallbackQuery(data: string, options: object): object
  sendMessage(message: object): Promise<unknown>
  sendCommand(message: object): Promise<unknown>
  sendCallback(message: object): Promise<unknown>
}
const TelegramServer = createRequire(import.meta.url)('telegram-test-api') as new (options: object) => Emulator

const TOKEN = 'sampleToken'
/** The chat that the sandbox's fleet belongs to. */
const OWNER = 1_000_001

let emulator: Emulator
let fleet: TestFleet
before(async () => {
  emulator = new TelegramServer({ port: await freePorts(1), host: '127.0.0.1', storage: 'RAM', storeTimeout: 600 })
  await emulator.start()
  // A variable that is set already wins over what the sandbox would set.
  fleet = await startTestFleet({
    args: ['--workers', 'uk'],
    env: { TELEGRAM_API_ROOT: emulator.config.apiURL, TELEGRAM_BOT_TOKEN: TOKEN },
  })
})
after(async () => {
  await fleet.stop()
  await emulator.stop()
})

test('text messages reach a Telegram that nobody here wrote', async () => {
  await fleet.control('POST', 'listings', {
    market: 'uk',
    listings: [{ title: 'Emulated lamp', brand: 'Ikea', size: 'M', statusId: 2, price: 5 }],
  })
  await fleet.createAlert({ name: 'lamps', market: 'uk', searchText: 'emulated lamp', language: 'en', chatId: '777' })
  await fleet.runOnce()
  const { message } = await eventually(async () => {
    assert.equal(emulator.storage.botMessages.length, 1)
    return emulator.storage.botMessages[0] as (typeof emulator.storage.botMessages)[number]
  })
  assert.equal(message.chat_id, '777')
  assert.match(message.text, /lamps: one listing is there already\. New ones will arrive here\./)
  assert.match(message.text, /Emulated lamp/)
})

const told = (what: RegExp): Promise<Emulator['storage']['botMessages'][number]> =>
  eventually(async () => {
    const seen = emulator.storage.botMessages.filter(({ message }) => message.chat_id === String(OWNER))
    return seen.findLast(({ message }) => what.test(message.text)) ?? assert.fail(JSON.stringify(seen))
  }, 30_000)

test('the bot talks by polling to a Telegram that nobody here wrote: list, paste, preview, save', async () => {
  const owner = emulator.getClient(TOKEN, { chatId: OWNER, userId: OWNER })
  await owner.sendCommand(owner.makeCommand('/list'))
  await told(/1\. <b>lamps<\/b> – active/)
  await owner.sendMessage(owner.makeMessage('https://www.vinted.co.uk/catalog?search_text=emulated%20lamp'))
  const { messageId, message } = await told(/<b>Aperçu : emulated lamp · uk<\/b>/)
  assert.match(message.text, /<a href="https:\/\/www\.vinted\.co\.uk\/items\/[^"]+">Emulated lamp<\/a>/)
  const save = message.reply_markup?.inline_keyboard.flat().find(({ text }) => text === 'Enregistrer')
  await owner.sendCallback(owner.makeCallbackQuery(save?.callback_data ?? '', { message: { message_id: messageId } }))
  await told(/Alerte enregistrée : emulated lamp/)
  const { alerts } = (await fleet.api('GET', '/api/v1/alerts')).body
  assert.equal(alerts.length, 2)
})
