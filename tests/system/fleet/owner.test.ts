import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { startTestDatabase } from '../../support/database/test-database.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { freePorts } from '../../support/fleet/free-ports.ts'
import type { SentMessage } from '../../support/fleet/start-test-fleet.ts'
import { startProcess } from '../../support/fleet/start-parts.ts'
import { startTestSandbox } from '../../support/sandbox/start-test-sandbox.ts'

test('a main without a known chat shows a code, binds the chat that writes it, and tells it once that a region is away and once that it is back', async () => {
  await using stack = new AsyncDisposableStack()
  const sandbox = await startTestSandbox([])
  stack.defer(() => sandbox.close())
  const database = await startTestDatabase({ engine: 'pglite', migrationsDir: 'supabase/migrations' })
  stack.defer(() => database.close())
  const port = await freePorts(2)
  const apiKey = randomBytes(32).toString('hex')
  const stored = { SUPABASE_URL: database.url, SUPABASE_SERVICE_ROLE_KEY: database.key }
  const main = await startProcess('main-worker', {
    PORT: String(port),
    API_SECRET: apiKey,
    WORKERS: JSON.stringify([{ id: 'worker-fr', name: 'FR', region: 'cdg', url: `http://127.0.0.1:${port + 1}` }]),
    ...stored,
    HEALTH_CHECK_INTERVAL_MS: '1000',
    TELEGRAM_API_ROOT: sandbox.url,
    TELEGRAM_BOT_TOKEN: '1000000:sandbox-token-of-this-machine-only',
    DAILY_LINE_AT: '00:00',
  })
  stack.defer(async () => {
    await main.stop()
  })

  const code = await eventually(async () => {
    const line = main.logs.find((entry) => entry.event === 'bindOwner')
    return /: \/start (\w{8}) /.exec(line?.msg ?? '')?.[1] ?? assert.fail('no code on the terminal')
  })
  await sandbox.control('POST', 'telegram/updates', { chat: 666, text: '/start AAAAAAAA' })
  await sandbox.control('POST', 'telegram/updates', { chat: 4242, text: `/start ${code}` })
  const texts = async (chat: number): Promise<string[]> =>
    (await sandbox.control<SentMessage[]>('GET', `messages?chat=${chat}`)).map((message) => message.text ?? '')
  await eventually(async () => assert.match((await texts(4242)).join('\n'), /Ce chat est maintenant celui de Vigie/))
  // No region runs: it is main itself that sends.
  await eventually(async () => assert.match((await texts(4242)).join('\n'), /worker-fr ne répond pas/), 30_000)
  assert.match((await texts(666)).join('\n'), /^Ce code ne marche pas/)

  const created = await fetch(`${main.url}/api/v1/alerts`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ market: 'fr', searchText: 'veste' }),
  })
  assert.equal(((await created.json()) as { chatId: string }).chatId, '4242')

  const region = await startProcess('regional-worker', {
    ...stored,
    PORT: String(port + 1),
    API_SECRET: apiKey,
    WORKER_ID: 'worker-fr',
    COOKIE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  })
  stack.defer(async () => {
    await region.stop()
  })
  await eventually(async () => assert.match((await texts(4242)).join('\n'), /C’est résolu : worker-fr ne répond pas/))
  assert.equal((await texts(4242)).filter((text) => text.startsWith('worker-fr ne répond pas')).length, 1)
})
