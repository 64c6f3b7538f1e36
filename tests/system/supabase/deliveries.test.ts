import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Delivery, DeliveryFilter } from '../../../shared/database/deliveries.ts'
import { makeAlert } from '../../support/supabase/checks.ts'
import { claimMessage, deliverAll, deliverInWords, enqueue, RETRY, settle } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

const MEMBER = '11111111-1111-4111-8111-111111111111'
const MINE = { person_id: MEMBER, destinations: ['77'] }

describe('deliveries', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(async () => {
    await vigie.reset()
    await vigie.query(`insert into public.people (id, role, name, chat_id) values ($1, 'member', 'M', '77')`, [MEMBER])
  })
  after(() => vigie.close())

  const list = (filter: DeliveryFilter = {}, rest: object = {}) =>
    vigie.call('list_deliveries', { filter, most: 10, ...rest })
  const items = (rows: readonly Delivery[]): number[] => rows.map(({ itemId }) => itemId)
  const troubles = (scope: object = {}) => vigie.call('read_delivery_troubles', scope)

  test('the newest come first, page by page, filtered by state, channel and destination', async () => {
    for (const itemId of [1, 2, 3]) await enqueue(vigie, { itemId })
    await enqueue(vigie, { itemId: 4, destination: 'chat-2' })
    await settle(vigie, await claimMessage(vigie))
    assert.deepEqual(items(await list()), [4, 3, 2, 1])
    assert.deepEqual(items(await list({ state: 'sent' })), [1])
    assert.deepEqual(items(await list({ state: 'waiting' })), [4, 3, 2])
    assert.deepEqual(items(await list({ channel: 'console' })), [])
    assert.deepEqual(items(await list({ destination: 'chat-2' })), [4])
    const [, third] = await list()
    const before = { createdAt: third?.createdAt ?? '', number: third?.number ?? 0 }
    assert.deepEqual(items(await list({}, { before })), [2, 1])
  })

  test('what is being sent counts as waiting', async () => {
    await enqueue(vigie, { itemId: 1 })
    const claim = await claimMessage(vigie)
    await vigie.call('begin_send', { claim_id: claim.claimId, count: 1, needs_ms: 0 })
    assert.deepEqual(
      (await list({ state: 'waiting' })).map(({ status }) => status),
      ['sending'],
    )
  })

  test('a member sees messages about their alerts and to their chat, also where it has moved to', async () => {
    const own = await makeAlert(vigie)
    await vigie.query('update public.alerts set person_id = $1 where id = $2', [MEMBER, own.id])
    await enqueue(vigie, { itemId: 1, alertId: own.id, destination: 'a-group' })
    await enqueue(vigie, { itemId: 2, destination: '77' })
    await enqueue(vigie, { itemId: 3, destination: 'somebody' })
    await enqueue(vigie, { itemId: 4, destination: '-10077' })
    await vigie.query(`update public.outbox_destinations set migrated_to = '-10077' where destination = '77'`)
    assert.deepEqual(items(await list({}, MINE)), [4, 2, 1])
    const idOf = async (destination: string) => (await list({ destination }))[0]?.id ?? ''
    assert.equal(await vigie.call('get_delivery', { id: await idOf('somebody'), ...MINE }), null)
    assert.equal((await vigie.call('get_delivery', { id: await idOf('77'), ...MINE }))?.itemId, 2)
  })

  test('a message says the name its alert has now, and none where the alert is gone', async () => {
    const alert = await makeAlert(vigie, { name: 'Robes' })
    await enqueue(vigie, { itemId: 1, alertId: alert.id })
    assert.equal((await list())[0]?.alertName, 'Robes')
    await vigie.call('delete_alert', { id: alert.id })
    assert.equal((await list())[0]?.alertName, null)
  })

  test('one dead letter of a chat that was switched off brings its others along, and says how many', async () => {
    for (const itemId of [1, 2, 3]) await enqueue(vigie, { itemId })
    await settle(vigie, await claimMessage(vigie), { kind: 'disabled', error: 'bot was kicked' })
    assert.deepEqual((await troubles()).chats, [
      { channel: 'telegram', destination: 'chat-1', reason: 'bot was kicked', count: 3 },
    ])
    const [dead] = await list({ state: 'failed' })
    const id = dead?.id ?? ''
    assert.equal(await vigie.call('retry_delivery', { id, ...MINE }), null, 'it is somebody else’s')
    assert.deepEqual(await vigie.call('retry_delivery', { id }), { alongWith: 2 })
    assert.equal(await vigie.call('retry_delivery', { id }), null, 'it has not failed any more')
    assert.deepEqual((await troubles()).chats, [])
    assert.deepEqual(await deliverInWords(vigie), ['find 1 ()', 'find 2 ()', 'find 3 ()'])
  })

  test('all dead letters of a chat, or of a channel, are retried at once', async () => {
    for (const [itemId, destination] of [
      [1, 'chat-1'],
      [2, 'chat-1'],
      [3, 'chat-2'],
    ] as const) {
      await enqueue(vigie, { itemId, destination })
      await settle(vigie, await claimMessage(vigie), { kind: 'failed', error: `Bad Request ${itemId}` })
    }
    assert.deepEqual((await troubles()).letters, [
      { channel: 'telegram', destination: 'chat-2', count: 1, error: 'Bad Request 3' },
      { channel: 'telegram', destination: 'chat-1', count: 2, error: 'Bad Request 2' },
    ])
    assert.equal(await vigie.call('retry_deliveries', { channel: 'telegram', ...MINE }), 0)
    assert.equal(await vigie.call('retry_deliveries', { channel: 'telegram', destination: 'chat-1' }), 2)
    assert.equal(await vigie.call('retry_deliveries', { channel: 'telegram' }), 1)
    assert.equal((await deliverAll(vigie)).length, 3)
    assert.deepEqual((await troubles()).letters, [])
  })

  test('a channel that cannot be reached says since when, why, and when it is tried next', async () => {
    await enqueue(vigie, { itemId: 1 })
    await settle(vigie, await claimMessage(vigie), { ...RETRY, wholeChannel: true, error: 'no route' })
    const [down, ...more] = (await troubles(MINE)).channels
    assert.deepEqual([down?.channel, down?.failures, down?.error, more.length], ['telegram', 1, 'no route', 0])
    assert.ok(Date.parse(down?.nextAt ?? '') > Date.parse(down?.since ?? ''))
  })

  test('a test goes the way of every message; one to a chat that is switched off fails at once with its words', async () => {
    const payload = { test: true, language: 'en' } as const
    const ask = { channel: 'telegram', chat_id: 'chat-1', topic_id: null, payload }
    const id = await vigie.call('tell_chat', { ...ask, event: 'test:1' })
    assert.equal(await vigie.call('tell_chat', { ...ask, event: 'test:1' }), id)
    const claim = await claimMessage(vigie, { kind: 'notice' })
    assert.deepEqual(claim.notifications[0]?.payload, { test: true, language: 'en' })
    await settle(vigie, claim, { kind: 'disabled', error: 'bot was blocked' })
    const second = await vigie.call('tell_chat', { ...ask, event: 'test:2' })
    const failed = await vigie.call('get_delivery', { id: second })
    assert.deepEqual([failed?.status, failed?.lastError], ['failed', 'bot was blocked'])
  })
})
