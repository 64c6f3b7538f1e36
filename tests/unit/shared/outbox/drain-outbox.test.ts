import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DatabaseError } from '#shared/database/open-database.ts'
import type { ClaimedMessage } from '#shared/database/outbox.ts'
import type { Delivery, MessagingProvider } from '#shared/messaging/messaging-provider.ts'
import { drainOutbox } from '#shared/outbox/drain-outbox.ts'
import { fakeDatabase } from '../fake-database.ts'
import { makeFound } from '../make-listing.ts'
import { recordingLogger } from '../recording-logger.ts'

const message = (claimId: string, over: object = {}): ClaimedMessage => ({
  claimId,
  channel: 'telegram',
  destination: '42',
  topicId: 7,
  isDigest: false,
  timeZone: null,
  channelFailures: 0,
  notifications: [
    {
      id: 'n',
      alertId: null,
      alertName: 'a',
      language: 'fr',
      kind: 'find',
      event: 'new',
      payload: { listing: makeFound(over) },
      attempts: 5,
      unclearSends: 0,
      createdAt: '2026-11-22T09:05:01Z',
    },
  ],
})

function outbox(claims: (ClaimedMessage | { waitMs: number })[]) {
  const left = [...claims]
  return fakeDatabase({ claim_message: () => left.shift() ?? null, begin_send: () => true, settle_message: () => true })
}
function channel(answers: Delivery[]): MessagingProvider & { sent: string[] } {
  const sent: string[] = []
  return {
    sent,
    channel: 'telegram',
    gapMs: { channel: 34, destination: () => 1_000 },
    send: (destination, topicId, { plain }) => {
      sent.push(`${destination}/${topicId} ${plain.split('\n')[0]}`)
      return Promise.resolve(answers.shift() ?? { kind: 'sent' })
    },
  }
}
const { logger } = recordingLogger()
const never = new AbortController().signal

test('it sends what waits, one by one, settles each by itself and ends when nothing is due', async () => {
  const database = outbox([message('c1'), { waitMs: 0 }, message('c2')])
  const messaging = channel([])
  await drainOutbox({ database, messaging, maxAttempts: 5, logger }, never)
  assert.deepEqual(messaging.sent, ['42/7 Nike Air Max 90', '42/7 Nike Air Max 90'])
  assert.deepEqual(database.argsOf('settle_message'), [
    { claim_id: 'c1', outcome: { kind: 'sent' }, gap_ms: 1_000 },
    { claim_id: 'c2', outcome: { kind: 'sent' }, gap_ms: 1_000 },
  ])
})

test('the attempts of a message decide whether an unclear end is its last', async () => {
  const database = outbox([message('c1')])
  await drainOutbox({ database, messaging: channel([{ kind: 'unclear', error: 'e' }]), maxAttempts: 5, logger }, never)
  assert.deepEqual(database.argsOf('settle_message'), [
    { claim_id: 'c1', outcome: { kind: 'failed', error: 'e (it may have arrived)' }, gap_ms: 1_000 },
  ])
})

test('once it shall stop it claims nothing more, but records what it has sent', async () => {
  const stop = new AbortController()
  const database = outbox([message('c1'), message('c2')])
  const messaging = channel([])
  const send = messaging.send.bind(messaging)
  messaging.send = (...args) => {
    stop.abort()
    return send(...args)
  }
  await drainOutbox({ database, messaging, maxAttempts: 5, logger }, stop.signal)
  assert.deepEqual(
    database.calls.map(({ name }) => name),
    ['claim_message', 'begin_send', 'settle_message'],
  )
})

test('a message that cannot be put into words is settled too, it never blocks its chat', async () => {
  const database = outbox([message('c1', { foundAt: 'yesterday' }), message('c2')])
  const messaging = channel([])
  await drainOutbox({ database, messaging, maxAttempts: 5, logger }, never)
  assert.equal(database.argsOf('settle_message').length, 2)
})

test('nothing is sent once the claim went to another sender, or its messages were cancelled', async () => {
  const left = [message('c1')]
  const database = fakeDatabase({ claim_message: () => left.shift() ?? null, begin_send: () => false })
  const messaging = channel([])
  await drainOutbox({ database, messaging, maxAttempts: 5, logger }, never)
  assert.deepEqual(messaging.sent, [])
})

test('what was sent is recorded although the database is away for a moment', async () => {
  const away = new DatabaseError('settle_message', 'away', { httpStatus: 503 })
  const answers = [() => Promise.reject(away), () => true]
  const left = [message('c1')]
  const database = fakeDatabase({
    claim_message: () => left.shift() ?? null,
    begin_send: () => true,
    settle_message: () => answers.shift()?.() ?? false,
  })
  const messaging = channel([])
  await drainOutbox({ database, messaging, maxAttempts: 5, logger }, never)
  assert.equal(messaging.sent.length, 1)
  assert.deepEqual(
    database.argsOf('settle_message').map((args) => (args as { claim_id: string }).claim_id),
    ['c1', 'c1'],
  )
})

test('a sender with a kind of its own asks for nothing else', async () => {
  const database = outbox([])
  await drainOutbox({ database, messaging: channel([]), maxAttempts: 5, logger, kind: 'notice' }, never)
  assert.equal((database.argsOf('claim_message')[0] as { kind?: string }).kind, 'notice')
})
