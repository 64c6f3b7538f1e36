import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { DatabaseError } from '#shared/database/open-database.ts'
import { webhookRow } from '#shared/database/webhooks.ts'
import { createWebhookTargets } from '#shared/messaging/webhook-targets.ts'
import { seal } from '#shared/seal.ts'
import { fakeDatabase } from '../fake-database.ts'

const cookieKey = randomBytes(32).toString('base64')
const sealedFor = (id: string, key = cookieKey) => ({
  kind: 'standard' as const,
  sealedUrl: seal('https://hooks.example.com/x', key, webhookRow(id)),
  sealedSecret: seal('whsec_c2VjcmV0', key, webhookRow(id)),
})

test('a webhook is unsealed and remembered for a minute, then read again', async () => {
  let now = 0
  const database = fakeDatabase({ read_webhook: ({ id }) => sealedFor(id) })
  const findTarget = createWebhookTargets({ database, cookieKey, clock: { now: () => now } })
  for (const at of [0, 59_000, 61_000]) {
    now = at
    assert.deepEqual(await findTarget('a'), { url: 'https://hooks.example.com/x', secret: 'whsec_c2VjcmV0' })
  }
  assert.deepEqual(database.argsOf('read_webhook'), [{ id: 'a' }, { id: 'a' }])
})

test('one that was removed, sealed with another key or moved to another row leads nowhere, and an absent database is nobody’s fault', async () => {
  const otherKey = randomBytes(32).toString('base64')
  const answers: Record<string, () => ReturnType<typeof sealedFor> | null> = {
    removed: () => null,
    otherKey: () => sealedFor('otherKey', otherKey),
    otherRow: () => sealedFor('another'),
    absent: () => {
      throw new DatabaseError('read_webhook', 'unreachable', { httpStatus: 0 })
    },
  }
  const database = fakeDatabase({ read_webhook: ({ id }) => answers[id]?.() ?? null })
  const findTarget = createWebhookTargets({ database, cookieKey, clock: { now: () => 0 } })
  const kinds = await Promise.all(Object.keys(answers).map(async (id) => (await findTarget(id)) as { kind?: string }))
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['rejected', 'gone', 'gone', 'late'],
  )
})
