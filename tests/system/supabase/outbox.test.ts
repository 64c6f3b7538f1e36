import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { checkOf, makeAlert, record } from '../../support/supabase/checks.ts'
import {
  RETRY,
  begin,
  claim,
  claimMessage,
  deliverAll,
  deliverInWords,
  enqueue,
  onlyRow,
  outboxRows,
  senderDied,
  settle,
} from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('the outbox', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const rows = (status: string | null = null) => outboxRows(vigie, status)
  const destination = async (name = 'chat-1') => {
    const [row] = await vigie.query<{ free: boolean; dueInS: number; reason: string | null }>(
      `select claim_id is null as free, greatest(round(extract(epoch from next_send_at - now())), 0)::int as "dueInS",
         disabled_reason as reason from public.outbox_destinations where destination = $1`,
      [name],
    )
    return row
  }
  /** The pause of a destination, of a message and of the channel are over. */
  const waitIsOver = async (): Promise<void> => {
    await vigie.query(`update public.outbox_destinations set next_send_at = now()`)
    await vigie.query(`update public.outbox set not_before = now()`)
    await vigie.query(`update public.outbox_channels set next_send_at = now()`)
  }

  test('there is nothing to claim while nothing waits', async () => {
    assert.equal(await claim(vigie), null)
  })

  test('a claim holds its destination until it is settled', async () => {
    await enqueue(vigie, { itemId: 1 })
    await enqueue(vigie, { itemId: 2 })
    const first = await claimMessage(vigie)
    assert.equal(first.notifications.length, 1)
    assert.equal(await claim(vigie), null)
    assert.equal(await settle(vigie, first), true)
    assert.deepEqual(await deliverInWords(vigie), ['find 2 ()'])
    assert.equal((await rows('sent')).length, 2)
  })

  test('other destinations go on while one is held, the longest waiting first', async () => {
    for (const [chat, itemId] of [
      ['chat-2', 1],
      ['chat-1', 2],
      ['chat-1', 3],
    ] as const)
      await enqueue(vigie, { destination: chat, itemId })
    const claimed = [await claimMessage(vigie), await claimMessage(vigie)]
    assert.deepEqual(
      claimed.map((message) => message.destination),
      ['chat-2', 'chat-1'],
    )
    assert.equal(await claim(vigie), null)
  })

  test('messages of one channel are not claimed by the sender of another', async () => {
    await enqueue(vigie, { itemId: 1 })
    assert.equal(await claim(vigie, { channel: 'console' }), null)
  })

  test('the gap of a channel holds for all its destinations and says how long', async () => {
    await enqueue(vigie, { destination: 'chat-1', itemId: 1 })
    await enqueue(vigie, { destination: 'chat-2', itemId: 1 })
    await claim(vigie, { channelGapMs: 60_000 })
    const next = await claim(vigie)
    assert.ok(next && 'waitMs' in next)
    assert.ok(next.waitMs > 50_000 && next.waitMs <= 60_000)
    await waitIsOver()
    assert.equal((await claimMessage(vigie)).destination, 'chat-2')
  })

  test('the gap of a destination holds for that destination only', async () => {
    await enqueue(vigie, { itemId: 1 })
    await enqueue(vigie, { itemId: 2 })
    await settle(vigie, await claimMessage(vigie), { kind: 'sent' }, 60_000)
    assert.equal(await claim(vigie), null)
    assert.equal((await destination())?.dueInS, 60)
    await enqueue(vigie, { destination: 'chat-2', itemId: 1 })
    assert.equal((await claimMessage(vigie)).destination, 'chat-2')
    await waitIsOver()
    assert.equal((await claimMessage(vigie)).destination, 'chat-1')
  })

  test('ten messages are sent one by one, eleven as one digest that is settled as one', async () => {
    for (let itemId = 1; itemId <= 10; itemId += 1) await enqueue(vigie, { itemId })
    assert.deepEqual((await deliverAll(vigie)).length, 10)
    for (let itemId = 11; itemId <= 21; itemId += 1) await enqueue(vigie, { itemId })
    const digest = await claimMessage(vigie)
    assert.deepEqual([digest.isDigest, digest.notifications.length], [true, 11])
    await settle(vigie, digest)
    assert.equal((await rows('sent')).length, 21)
    assert.equal(await claim(vigie), null)
  })

  test('a digest names thirty finds at the most, in the order of publication, and the rest follows', async () => {
    for (let itemId = 1; itemId <= 35; itemId += 1) await enqueue(vigie, { itemId })
    const sent = await deliverAll(vigie)
    const ids = sent.flatMap(({ notifications }) =>
      notifications.flatMap(({ payload }) => ('listing' in payload ? [payload.listing.itemId] : [])),
    )
    assert.deepEqual(
      ids,
      Array.from({ length: 35 }, (_, place) => place + 1),
    )
    assert.deepEqual(
      sent.map(({ notifications }) => notifications.length),
      [30, 1, 1, 1, 1, 1],
    )
  })

  test('a digest is of one topic', async () => {
    for (let itemId = 1; itemId <= 11; itemId += 1) {
      await enqueue(vigie, { itemId, topicId: 7 })
      await enqueue(vigie, { itemId: 100 + itemId, topicId: null })
    }
    const sent = await deliverAll(vigie)
    assert.deepEqual(
      sent.map(({ topicId, notifications }) => [topicId, notifications.length]),
      [
        [7, 11],
        [null, 11],
      ],
    )
  })

  test('a message is queued once per channel, destination, alert, item and event', async () => {
    const alert = await makeAlert(vigie)
    for (const event of ['new', 'new', 'drop:12.00']) await enqueue(vigie, { alertId: alert.id, itemId: 1, event })
    assert.deepEqual((await rows()).map(({ event }) => event).sort(), ['drop:12.00', 'new'])
  })

  test('the claim of a sender that died is taken again and counted as a possible repeat', async () => {
    await enqueue(vigie, { itemId: 1 })
    const lost = await claimMessage(vigie)
    await begin(vigie, lost)
    await senderDied(vigie)
    const again = await claimMessage(vigie)
    assert.notEqual(again.claimId, lost.claimId)
    assert.equal(again.notifications[0]?.attempts, 2)
    assert.equal((await onlyRow(vigie)).possibleRepeats, 1)
  })

  test('a claim that was taken over changes nothing when it is settled late', async () => {
    await enqueue(vigie, { itemId: 1 })
    const lost = await claimMessage(vigie)
    await begin(vigie, lost)
    await senderDied(vigie)
    const again = await claimMessage(vigie)
    const before = await rows()
    assert.equal(await settle(vigie, lost, { kind: 'disabled', error: 'late' }, 60_000), false)
    assert.deepEqual(await rows(), before)
    assert.equal((await destination())?.free, false)
    assert.equal(await settle(vigie, again), true)
    assert.equal((await onlyRow(vigie)).status, 'sent')
  })

  test('a retry waits as long as it says, keeps the error, and counts an attempt', async () => {
    await enqueue(vigie, { itemId: 1 })
    await settle(vigie, await claimMessage(vigie), RETRY)
    assert.equal(await claim(vigie), null)
    const row = await onlyRow(vigie)
    assert.deepEqual(
      [row.status, row.attempts, row.possibleRepeats, row.lastError, row.settledAt],
      ['waiting', 1, 0, 'Too Many Requests', null],
    )
    assert.equal((await destination())?.dueInS, 60)
    await waitIsOver()
    assert.equal((await claimMessage(vigie)).notifications[0]?.attempts, 2)
  })

  test('an uncounted retry takes no attempt; an ambiguous one is a possible repeat', async () => {
    await enqueue(vigie, { itemId: 1 })
    await settle(vigie, await claimMessage(vigie), { ...RETRY, uncounted: true })
    assert.deepEqual([(await onlyRow(vigie)).attempts, (await onlyRow(vigie)).possibleRepeats], [0, 0])
    await waitIsOver()
    await settle(vigie, await claimMessage(vigie), { ...RETRY, ambiguous: true })
    assert.deepEqual([(await onlyRow(vigie)).attempts, (await onlyRow(vigie)).possibleRepeats], [1, 1])
  })

  test('a retry of the whole channel makes every destination wait', async () => {
    await enqueue(vigie, { itemId: 1 })
    await enqueue(vigie, { destination: 'chat-2', itemId: 1 })
    await settle(vigie, await claimMessage(vigie), { ...RETRY, wholeChannel: true })
    const next = await claim(vigie)
    assert.ok(next && 'waitMs' in next && next.waitMs > 50_000)
  })

  test('a failed message is settled with its error, goes no further, and can be retried with fresh attempts', async () => {
    await enqueue(vigie, { itemId: 1 })
    await settle(vigie, await claimMessage(vigie), { kind: 'failed', error: 'Bad Request' })
    const failed = await onlyRow(vigie)
    assert.deepEqual([failed.status, failed.lastError], ['failed', 'Bad Request'])
    assert.equal(await claim(vigie), null)
    assert.deepEqual(await rows('failed'), [failed])
    const retried = await vigie.call('retry_outbox', { id: failed.id })
    assert.deepEqual([retried?.status, retried?.attempts, retried?.settledAt], ['waiting', 0, null])
    assert.equal(await vigie.call('retry_outbox', { id: failed.id }), null)
    assert.equal(await vigie.call('retry_outbox', { id: randomUUID() }), null)
    assert.deepEqual(await deliverInWords(vigie), ['find 1 ()'])
  })

  test('a chat that is gone fails all that waits for it, and a retry tries it again', async () => {
    for (const itemId of [1, 2]) await enqueue(vigie, { itemId })
    await settle(vigie, await claimMessage(vigie), { kind: 'disabled', error: 'bot was kicked' })
    const failed = await rows('failed')
    assert.deepEqual(
      failed.map(({ lastError }) => lastError),
      ['bot was kicked', 'bot was kicked'],
    )
    await enqueue(vigie, { itemId: 3 })
    assert.equal(await claim(vigie), null)
    assert.equal((await destination())?.reason, 'bot was kicked')
    const second = failed.find(({ itemId }) => itemId === 2)
    assert.equal((await rows('failed')).length, 3)
    await vigie.call('retry_outbox', { id: second?.id ?? '' })
    assert.deepEqual(await deliverInWords(vigie), ['find 1 ()', 'find 2 ()', 'find 3 ()'])
  })

  test('a message carries the name its alert has now', async () => {
    const alert = await makeAlert(vigie, { language: 'en' })
    await record(vigie, checkOf([1], [alert]))
    await vigie.call('update_alert', { id: alert.id, changes: { name: 'Dresses' } })
    const [message] = await deliverAll(vigie)
    assert.deepEqual(
      message?.notifications.map(({ alertName, language }) => [alertName, language]),
      [['Dresses', 'en']],
    )
  })

  test('the newest messages are listed first, as many as asked for', async () => {
    for (const itemId of [1, 2, 3]) await enqueue(vigie, { itemId })
    const newest = await vigie.call('list_outbox', { status: null, most: 2 })
    assert.deepEqual(
      newest.map(({ itemId }) => itemId),
      [3, 2],
    )
  })

  test('the numbers of the fleet count what waits and how old the finds of the day were when they arrived', async () => {
    for (const itemId of [1, 2]) await enqueue(vigie, { itemId })
    await settle(vigie, await claimMessage(vigie))
    await vigie.query(`update public.outbox set created_at = created_at - interval '30 seconds'`)
    const { ageOfFinds, outbox } = await vigie.call('read_fleet_numbers', {})
    assert.deepEqual([ageOfFinds.count, Math.round(ageOfFinds.p50S ?? 0)], [1, 30])
    assert.deepEqual([outbox.waiting, outbox.oldestAgeS], [1, 30])
  })
})
