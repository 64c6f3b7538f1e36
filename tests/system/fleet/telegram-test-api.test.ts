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
  storage: { botMessages: { message: { chat_id: string; text: string } }[] }
}
const TelegramServer = createRequire(import.meta.url)('telegram-test-api') as new (options: object) => Emulator

let emulator: Emulator
let fleet: TestFleet
before(async () => {
  emulator = new TelegramServer({ port: await freePorts(1), host: '127.0.0.1', storage: 'RAM', storeTimeout: 600 })
  await emulator.start()
  // A variable that is set already wins over what the sandbox would set.
  fleet = await startTestFleet({
    env: { TELEGRAM_API_ROOT: emulator.config.apiURL, TELEGRAM_BOT_TOKEN: 'sampleToken' },
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
