import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { checkOf, listing, makeAlert, record } from '../../support/supabase/checks.ts'
import { RETRY, claim, claimMessage, enqueue, inWords, outboxRows, settle } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import { makeWebhook } from '../../support/supabase/webhooks.ts'

describe('the ways out beside the chat', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const ways = async (): Promise<string[]> =>
    (await outboxRows(vigie)).map(({ channel, destination, status }) => `${channel} ${destination} ${status}`).sort()

  test('everything an alert says goes to its chat and to each of its webhooks, in order', async () => {
    const [salon, program] = [await makeWebhook(vigie), await makeWebhook(vigie, 'standard')]
    const alert = await makeAlert(vigie, { webhookIds: [program.id, salon.id] })
    await record(vigie, checkOf([2, 1], [alert]))
    const baselines = await vigie.query<{ channel: string }>('select channel from public.outbox order by number')
    assert.deepEqual(
      baselines.map(({ channel }) => channel),
      ['telegram', 'webhook', 'discord'],
    )
    for (const channel of ['telegram', 'webhook', 'discord'])
      await settle(vigie, await claimMessage(vigie, { channel }))
    await record(vigie, checkOf([4, 3, 2, 1], [alert]))
    for (const channel of ['webhook', 'discord', 'telegram']) {
      const first = await claimMessage(vigie, { channel })
      await settle(vigie, first)
      const second = await claimMessage(vigie, { channel })
      await settle(vigie, second)
      assert.deepEqual([inWords(first), inWords(second)], ['find 3 (Robes)', 'find 4 (Robes)'], channel)
    }
  })

  test('an address never stands in the outbox or in a list, only the id of its webhook', async () => {
    const salon = await makeWebhook(vigie, 'discord', { name: 'Salon des robes' })
    await enqueue(vigie, { alertId: (await makeAlert(vigie, { webhookIds: [salon.id] })).id, itemId: 1 })
    assert.deepEqual(await ways(), [`discord ${salon.id} waiting`, 'telegram chat-1 waiting'])
    const [listed] = await vigie.call('list_webhooks', {})
    assert.deepEqual([listed?.name, listed?.alerts, listed?.disabledReason], ['Salon des robes', 1, null])
    assert.doesNotMatch(JSON.stringify(listed), /sealed/)
    assert.deepEqual(await vigie.call('read_webhook', { id: salon.id }), {
      kind: 'discord',
      sealedUrl: 'v1.sealed',
      sealedSecret: null,
    })
  })

  test('two alerts that match one listing are one message in each of their ways out', async () => {
    const salon = await makeWebhook(vigie)
    for (const [name, chatId] of [
      ['Robes', 'chat-1'],
      ['Jupes', 'chat-2'],
    ])
      await enqueue(vigie, {
        ...(chatId && { destination: chatId }),
        alertId: (await makeAlert(vigie, { name, chatId, webhookIds: [salon.id] })).id,
        itemId: 7,
      })
    const message = await claimMessage(vigie, { channel: 'discord' })
    assert.equal(inWords(message), 'find 7 (Jupes, Robes)')
    await settle(vigie, message)
    assert.equal(await claim(vigie, { channel: 'discord' }), null)
    assert.deepEqual(
      [inWords(await claimMessage(vigie)), inWords(await claimMessage(vigie))],
      ['find 7 (Robes)', 'find 7 (Jupes)'],
    )
  })

  test('what a paused alert has to say is cancelled everywhere', async () => {
    const salon = await makeWebhook(vigie)
    const { id } = await makeAlert(vigie, { webhookIds: [salon.id] })
    await enqueue(vigie, { alertId: id, itemId: 1 })
    await vigie.call('update_alert', { id, changes: { isActive: false } })
    assert.deepEqual(await ways(), [`discord ${salon.id} cancelled`, 'telegram chat-1 cancelled'])
  })

  test('a webhook that fails delays neither the chat nor another webhook', async () => {
    const [bad, good] = [await makeWebhook(vigie, 'standard'), await makeWebhook(vigie, 'standard')]
    const { id } = await makeAlert(vigie, { webhookIds: [bad.id, good.id] })
    await enqueue(vigie, { alertId: id, itemId: 1 })
    const first = await claimMessage(vigie, { channel: 'webhook' })
    assert.equal(first.destination, bad.id)
    await settle(vigie, first, RETRY)
    assert.equal((await claimMessage(vigie, { channel: 'webhook' })).destination, good.id)
    assert.equal((await claimMessage(vigie)).destination, 'chat-1')
  })

  test('a webhook that is removed takes its waiting messages along, alerts lose it, and it is nobody’s trouble', async () => {
    const salon = await makeWebhook(vigie, 'discord', { name: 'Salon' })
    const { id } = await makeAlert(vigie, { webhookIds: [salon.id] })
    await enqueue(vigie, { alertId: id, itemId: 1 })
    await settle(vigie, await claimMessage(vigie, { channel: 'discord' }), {
      kind: 'disabled',
      error: '404 Unknown Webhook (10015)',
    })
    await enqueue(vigie, { alertId: id, itemId: 2 })
    const { disabledChats } = await vigie.call('read_troubles', {})
    assert.deepEqual(disabledChats, [
      { channel: 'discord', destination: 'Salon', reason: '404 Unknown Webhook (10015)' },
    ])
    assert.equal((await vigie.call('list_webhooks', {}))[0]?.disabledReason, '404 Unknown Webhook (10015)')

    const [failed] = await outboxRows(vigie, 'failed')
    await vigie.call('retry_outbox', { id: failed?.id ?? '' })
    assert.equal((await outboxRows(vigie, 'waiting')).filter(({ channel }) => channel === 'discord').length, 2)
    assert.equal(await vigie.call('delete_webhook', { id: salon.id }), true)
    assert.equal(await vigie.call('delete_webhook', { id: salon.id }), false)
    assert.equal(await claim(vigie, { channel: 'discord' }), null)
    assert.deepEqual((await vigie.call('get_alert', { id }))?.webhookIds, [])
    assert.deepEqual((await vigie.call('read_troubles', {})).disabledChats, [])
  })

  test('a person who goes takes their webhooks along', async () => {
    await vigie.query(`insert into public.people (role, name) values ('member', 'Ana')`)
    const ana = (await vigie.call('list_people', {})).find(({ name }) => name === 'Ana')?.id ?? ''
    const hers = await makeWebhook(vigie, 'standard', { personId: ana })
    const mine = await makeWebhook(vigie)
    const owner = await vigie.call('get_owner', {})
    const ids = async (person_id: string) => (await vigie.call('list_webhooks', { person_id })).map(({ id }) => id)
    assert.deepEqual([await ids(ana), await ids(owner.id)], [[hers.id], [mine.id]])
    await vigie.call('create_alert', {
      id: randomUUID(),
      alert: { name: 'Robes', market: 'fr', searchText: 'robe', webhookIds: [hers.id] },
      person_id: ana,
    })
    await vigie.call('remove_person', { id: ana })
    assert.deepEqual(
      (await vigie.call('list_webhooks', {})).map(({ id }) => id),
      [mine.id],
    )
  })

  test('a test is a notice of its own, and says how it went', async () => {
    const payload = { test: true, language: 'en' } as const
    const ask = { channel: 'telegram', chat_id: 'chat-1', topic_id: null, event: 'test:1', payload }
    const id = await vigie.call('tell_chat', ask)
    assert.equal(await vigie.call('tell_chat', ask), id)
    const message = await claimMessage(vigie, { kind: 'notice' })
    assert.deepEqual(message.notifications[0]?.payload, { test: true, language: 'en' })
    await settle(vigie, message, { kind: 'failed', error: 'chat not found' })
    const row = await vigie.call('get_outbox', { id })
    assert.deepEqual([row?.status, row?.lastError], ['failed', 'chat not found'])
    assert.equal(await vigie.call('get_outbox', { id: randomUUID() }), null)
  })

  test('a feed has one secret address until it is closed, and shows finds only, the newest first', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    for (const page of [
      [2, 1],
      [4, 3, 2, 1],
    ])
      await record(vigie, checkOf(page, [alert]))
    const [one, other] = ['a'.repeat(43), 'b'.repeat(43)]
    assert.equal(await vigie.call('open_feed', { alert_id: randomUUID(), key: one }), null)
    assert.equal(await vigie.call('open_feed', { alert_id: alert.id, key: one }), one)
    assert.equal(await vigie.call('open_feed', { alert_id: alert.id, key: other }), one)
    const feed = await vigie.call('read_feed', { key: one, most: 2 })
    assert.deepEqual([feed?.alertName, feed?.finds.map(({ itemId }) => itemId)], ['Robes', [4, 3]])
    assert.deepEqual(feed?.finds[0], listing(4))
    assert.equal(await vigie.call('read_feed', { key: other, most: 2 }), null)
    assert.equal(await vigie.call('close_feed', { alert_id: alert.id }), true)
    assert.equal(await vigie.call('read_feed', { key: one, most: 2 }), null)
    assert.equal(await vigie.call('close_feed', { alert_id: alert.id }), false)
  })
})
