import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { webhookSecret } from '../../../main-worker/bot/webhook-secret.ts'
import { hashOf } from '../../../main-worker/people/codes.ts'
import { openDatabase } from '../../../shared/database/open-database.ts'
import type { Database } from '../../../shared/database/open-database.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import { startProcess } from '../../support/fleet/start-parts.ts'
import type { StartedProcess } from '../../support/fleet/start-parts.ts'
import { startTestRegion } from '../../support/fleet/start-region.ts'
import type { TestRegion } from '../../support/fleet/start-region.ts'
import { openChat } from './chat.ts'
import type { Chat } from './chat.ts'

const OWNER = 7001
const API_SECRET = randomBytes(32).toString('hex')
const TOKEN = '1000000:sandbox-token-of-this-machine-only'
const LINK = 'https://www.vinted.fr/catalog?search_text=lanterne'
const SECRET_HEADER = 'x-telegram-bot-api-secret-token'

let region: TestRegion
let main: StartedProcess
let environment: Record<string, string>
let database: Database
let owner: Chat

/** What Telegram tells the webhook; update ids far from the sandbox's own. */
const deliver = (updateId: number, content: object, secret: string | null = webhookSecret(API_SECRET)) =>
  fetch(`${main.url}/telegram/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(secret !== null && { [SECRET_HEADER]: secret }) },
    body: JSON.stringify({ update_id: updateId, ...content }),
  })
const text = (words: string) => ({
  message: {
    message_id: 1,
    chat: { id: OWNER, type: 'private' },
    from: { id: OWNER, language_code: 'fr' },
    text: words,
  },
})
const countOf = async (what: RegExp): Promise<number> =>
  (await owner.messages()).filter((message) => what.test(message.text)).length

before(async () => {
  region = await startTestRegion({ API_SECRET })
  const { url, key } = region.database
  database = openDatabase(url, key)
  const port = String(await freePorts(1))
  environment = {
    PORT: port,
    API_SECRET,
    WORKERS: JSON.stringify([{ id: 'worker-fr', name: 'FR', region: 'cdg', url: region.worker.url }]),
    SUPABASE_URL: url,
    SUPABASE_SERVICE_ROLE_KEY: key,
    TELEGRAM_API_ROOT: region.sandbox.url,
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_CHAT_ID: String(OWNER),
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    ALERT_CHECK_INTERVAL_MS: 'off',
  }
  main = await startProcess('main-worker', environment)
  owner = openChat(region.sandbox.control, OWNER)
})
after(async () => {
  await main.stop()
  await region[Symbol.asyncDispose]()
})

test('with PUBLIC_BASE_URL the dialogue goes by webhook, and nothing is polled', async () => {
  await owner.write(LINK)
  await owner.reads(/Aperçu : lanterne/)
  await owner.press(/Enregistrer/)
  await owner.reads(/Alerte enregistrée : lanterne/)
  const info = await fetch(`${region.sandbox.url}/bot${TOKEN}/getWebhookInfo`)
  const { result } = (await info.json()) as { result: { url: string; pending_update_count: number } }
  assert.deepEqual([result.url, result.pending_update_count], [`${main.url}/telegram/webhook`, 0])
})

test('the same update again, and twice at once, is handled once', async () => {
  await Promise.all([deliver(1, text('/stats')), deliver(1, text('/stats'))])
  await owner.reads(/région.* au travail/)
  assert.equal((await deliver(1, text('/stats'))).status, 200)
  assert.equal((await deliver(2, text('/test'))).status, 200)
  await owner.reads(/Message d’essai/)
  assert.equal(await countOf(/région.* au travail/), 1)
})

test('without the secret nothing is taken, whatever is sent', async () => {
  for (const secret of [null, '', 'x', webhookSecret(API_SECRET).slice(1), API_SECRET]) {
    const answer = await deliver(10, text('/test'), secret)
    assert.equal(answer.status, 401)
  }
  assert.equal((await deliver(11, { message: { text: 'no chat' } })).status, 200)
  assert.equal((await deliver(12, { poll: {} })).status, 200)
  assert.equal((await deliver(13, text('/help'))).status, 200)
  await owner.reads(/\/list : vos alertes/)
  assert.equal(await countOf(/Message d’essai/), 1)
})

test('a slow preview shows "typing…" and keeps no other chat waiting', async () => {
  const member = openChat(region.sandbox.control, 7002)
  await database.call('create_invitation', {
    code_hash: hashOf('ABCD2345'),
    role: 'member',
    name: 'Camille',
    ttl_ms: 60_000,
  })
  await region.sandbox.control('POST', 'faults', { mode: 'slow', delayMs: 4_000, count: 1 })
  await owner.write(LINK)
  await member.write('/start ABCD2345')
  await member.reads(/Bienvenue, Camille/)
  assert.equal(await countOf(/Aperçu/), 1)
  await owner.reads(/Aperçu : lanterne/)
  assert.ok((await owner.all()).some(({ method }) => method === 'sendChatAction'))
})

test('a main that is killed in the middle of an answer loses nothing and repeats nothing', async () => {
  await region.sandbox.control('POST', 'faults', { mode: 'slow', delayMs: 3_000, count: 1 })
  await owner.write('https://www.vinted.fr/catalog?search_text=boussole')
  await owner.write('/lang en')
  await eventually(async () => {
    const [open] = await region.database.query<{ count: number }>(
      'select count(*)::int as count from public.bot_updates where handled_at is null',
    )
    assert.equal(open?.count, 2)
  })
  await main.stop('SIGKILL')
  main = await startProcess('main-worker', environment)
  // The lease of the one that was killed must run out first.
  await owner.reads(/Aperçu : boussole/, 60_000)
  await owner.reads(/I speak English/)
  assert.equal(await countOf(/Aperçu : boussole/), 1)
  assert.equal(await countOf(/I speak English/), 1)
})
