import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { makeAlert } from '../../support/supabase/checks.ts'
import {
  RETRY,
  begin,
  claim,
  claimMessage,
  deliverAll,
  deliverInWords,
  enqueue,
  onlyRow,
  senderDied,
  settle,
} from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('the claims of the outbox', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const staleWrites = async (): Promise<number | undefined> =>
    (await vigie.query<{ count: number }>('select stale_writes::int as count from public.fleet_state'))[0]?.count

  test('a sender that lost the answer may claim, begin and settle again, and nothing is counted twice', async () => {
    await enqueue(vigie, { itemId: 1 })
    const ask = { channel: 'telegram', claim_id: randomUUID(), lock_ms: 45_000, channel_gap_ms: 0, max_attempts: 5 }
    const message = await vigie.call('claim_message', ask)
    assert.ok(message && 'claimId' in message)
    assert.deepEqual(await vigie.call('claim_message', ask), message)
    assert.deepEqual([await begin(vigie, message), await begin(vigie, message)], [true, true])
    const outcome = { claim_id: message.claimId, outcome: { kind: 'sent' as const }, gap_ms: 0 }
    assert.deepEqual(
      [await vigie.call('settle_message', outcome), await vigie.call('settle_message', outcome)],
      [true, true],
    )
    const row = await onlyRow(vigie)
    assert.deepEqual([row.status, row.attempts, row.possibleRepeats], ['sent', 1, 0])
    assert.equal(await staleWrites(), 0)
  })

  test('a sender that died before it began to send repeats nothing', async () => {
    await enqueue(vigie, { itemId: 1 })
    const lost = await claimMessage(vigie)
    await senderDied(vigie)
    assert.equal(await begin(vigie, lost), false)
    const again = await claimMessage(vigie)
    assert.equal(again.notifications[0]?.attempts, 1)
    assert.equal((await onlyRow(vigie)).possibleRepeats, 0)
    assert.equal(await staleWrites(), 1)
  })

  test('a claim that ends too soon for the slowest send is not begun', async () => {
    await enqueue(vigie, { itemId: 1 })
    const message = await claimMessage(vigie, { lockMs: 30_000 })
    const begun = await vigie.call('begin_send', { claim_id: message.claimId, count: 1, needs_ms: 36_000 })
    assert.equal(begun, false)
    assert.equal((await onlyRow(vigie)).status, 'waiting')
  })

  test('a message that killed its sender five times is a dead letter that says so', async () => {
    await enqueue(vigie, { itemId: 1 })
    for (let death = 1; death <= 5; death += 1) {
      await begin(vigie, await claimMessage(vigie))
      await senderDied(vigie)
    }
    assert.equal(await claim(vigie), null)
    const row = await onlyRow(vigie)
    assert.deepEqual([row.status, row.lastError], ['failed', 'its sender died while sending it, 5 times'])
  })

  test('a find that was merged into a message is told by itself when that message fails', async () => {
    const one = await makeAlert(vigie, { name: 'Robes' })
    const two = await makeAlert(vigie, { name: 'Jupes' })
    await enqueue(vigie, { itemId: 7, alertId: one.id })
    const carrier = await claimMessage(vigie)
    await enqueue(vigie, { itemId: 7, alertId: two.id })
    assert.equal(await claim(vigie), null)
    await settle(vigie, carrier, { kind: 'failed', error: 'rejected' })
    assert.deepEqual(await deliverInWords(vigie), ['find 7 (Jupes)'])
  })

  test('and when that message is cancelled because its alert was deleted', async () => {
    const one = await makeAlert(vigie, { name: 'Robes' })
    const two = await makeAlert(vigie, { name: 'Jupes' })
    await enqueue(vigie, { itemId: 7, alertId: one.id })
    const carrier = await claimMessage(vigie)
    await enqueue(vigie, { itemId: 7, alertId: two.id })
    await begin(vigie, carrier)
    await vigie.call('delete_alert', { id: one.id })
    await settle(vigie, carrier, { ...RETRY, afterMs: 0 })
    assert.deepEqual(await deliverInWords(vigie), ['find 7 (Jupes)'])
  })

  test('a sender of notices leaves everything else to the others', async () => {
    await enqueue(vigie, { itemId: 1 })
    assert.equal(await claim(vigie, { kind: 'notice' }), null)
    await claimMessage(vigie)
  })

  test('eleven alerts that match one listing are one message, not a digest', async () => {
    for (let place = 0; place < 11; place += 1) {
      const alert = await makeAlert(vigie, { name: `alert ${place}` })
      await enqueue(vigie, { itemId: 7, alertId: alert.id })
    }
    const message = await claimMessage(vigie)
    assert.deepEqual([message.isDigest, message.notifications.length], [false, 11])
  })

  test('a channel that cannot be reached is asked ever less often, until it answers', async () => {
    const away = { ...RETRY, wholeChannel: true, uncounted: true, afterMs: 0 }
    await enqueue(vigie, { itemId: 1 })
    const failures: number[] = []
    for (let time = 0; time < 3; time += 1) {
      const message = await claimMessage(vigie)
      failures.push(message.channelFailures)
      await settle(vigie, message, away)
    }
    assert.deepEqual(failures, [0, 1, 2])
    await deliverAll(vigie)
    await enqueue(vigie, { itemId: 2 })
    assert.equal((await claimMessage(vigie)).channelFailures, 0)
  })

  test('what was sent without an answer is repeated by itself, never in a digest with others', async () => {
    await enqueue(vigie, { itemId: 1 })
    await settle(vigie, await claimMessage(vigie), { ...RETRY, afterMs: 0, ambiguous: true })
    for (let itemId = 2; itemId <= 13; itemId += 1) await enqueue(vigie, { itemId })
    assert.deepEqual(await deliverInWords(vigie), ['find 1 ()', 'digest of 12'])
  })
})
