import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInbox } from '../../../../main-worker/bot/inbox.ts'
import { receiveUpdates } from '../../../../main-worker/bot/receive-updates.ts'
import { webhookSecret } from '../../../../main-worker/bot/webhook-secret.ts'
import type { Context } from '../../../../main-worker/context.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { recordingLogger } from '../../shared/recording-logger.ts'
import { fakeTelegram } from './make-asked.ts'

const update = (update_id: number) => ({ update_id, message: { chat: { id: 7, type: 'private' }, text: 'hello' } })

/** Polls as told, one list after the other, and stops where they end. */
async function receive(polls: unknown[][], publicBaseUrl: string | null = null, store = () => true) {
  const { logger, entries } = recordingLogger()
  const stop = new AbortController()
  const database = fakeDatabase({ store_update: store })
  const offsets: number[] = []
  const webhooks: unknown[] = []
  const telegram = fakeTelegram({
    useWebhook: (webhook) => {
      webhooks.push(webhook)
      return Promise.resolve()
    },
    poll: (offset) => {
      offsets.push(offset)
      const next = polls.shift()
      if (!next) stop.abort()
      return Promise.resolve(next ?? [])
    },
  })
  const config = { publicBaseUrl, apiKey: 'key' } as Context['config']
  await receiveUpdates(
    { config, logger },
    { telegram, inbox: createInbox({ database, logger }) },
    '@VigieBot',
    stop.signal,
  )
  return { offsets, webhooks, entries, stored: database.argsOf('store_update').length }
}

test('updates are confirmed by the next poll, after all of them are stored', async () => {
  const { offsets, webhooks, stored } = await receive([[update(5), update(6)], [update(9)]])
  assert.deepEqual([offsets, stored, webhooks], [[0, 7, 10], 3, [null]])
})

test('what needs no answer or cannot be read is confirmed, not stored, and the second said so', async () => {
  const { offsets, stored, entries } = await receive([
    [
      { update_id: 5, poll: {} },
      { update_id: 6, message: { text: 1 } },
    ],
  ])
  assert.deepEqual([offsets, stored], [[0, 7], 0])
  assert.ok(entries.some(({ event }) => event === 'botUpdateUnreadable'))
})

test('with a public address Telegram is told where, and nothing is polled', async () => {
  const { offsets, webhooks } = await receive([], 'https://vigie.example')
  assert.deepEqual(offsets, [])
  assert.deepEqual(webhooks, [{ url: 'https://vigie.example/telegram/webhook', secret: webhookSecret('key') }])
})

test('the secret is of a form that Telegram takes, and says nothing of the key', () => {
  assert.match(webhookSecret('key'), /^[\w-]{1,256}$/)
  assert.notEqual(webhookSecret('key'), webhookSecret('other'))
})
