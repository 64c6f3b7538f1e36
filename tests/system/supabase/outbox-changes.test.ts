import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Alert } from '../../../shared/contracts/alert.ts'
import type { OutboxRow } from '../../../shared/database/outbox.ts'
import { makeAlert } from '../../support/supabase/checks.ts'
import {
  RETRY,
  begin,
  claim,
  claimMessage,
  deliverAll,
  deliverInWords,
  enqueue,
  settle,
} from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('the outbox, when a chat or an alert goes away', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const rows = (status: string | null = null): Promise<OutboxRow[]> =>
    vigie.call('list_outbox', { status, most: 1_000 })
  const senderDied = (): Promise<unknown> =>
    vigie.query(`update public.outbox_destinations set locked_until = now() - interval '1 second'`)

  describe('when a group moves', () => {
    const MOVED = { kind: 'migrated', to: 'chat-9', error: 'group became a supergroup' } as const
    const move = async (): Promise<void> => {
      await settle(vigie, await claimMessage(vigie), MOVED)
    }

    test('its messages and its alerts follow', async () => {
      const alert = await makeAlert(vigie)
      for (const itemId of [1, 2]) await enqueue(vigie, { alertId: alert.id, itemId })
      await move()
      assert.equal((await vigie.call('get_alert', { id: alert.id }))?.chatId, 'chat-9')
      const sent = await deliverAll(vigie)
      assert.deepEqual(
        sent.map((message) => message.destination),
        ['chat-9', 'chat-9'],
      )
    })

    test('what is still addressed to the old group follows too, over several moves', async () => {
      await enqueue(vigie, { itemId: 1 })
      await move()
      await enqueue(vigie, { itemId: 2 })
      await settle(vigie, await claimMessage(vigie), { ...MOVED, to: 'chat-10' })
      await enqueue(vigie, { itemId: 3 })
      const sent = await deliverAll(vigie)
      assert.deepEqual(
        sent.map((message) => message.destination),
        ['chat-10', 'chat-10', 'chat-10'],
      )
    })

    test('what the new group has already been told is not told again', async () => {
      const alert = await makeAlert(vigie)
      const message = (chat: string, itemId: number) => enqueue(vigie, { destination: chat, alertId: alert.id, itemId })
      await message('chat-9', 1)
      await deliverAll(vigie)
      for (const itemId of [1, 2]) await message('chat-1', itemId)
      await move()
      assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)'])
      assert.equal((await rows('merged')).length, 1)
    })
  })

  describe('messages of an alert that was deleted or paused', () => {
    const queued = async (): Promise<Alert> => {
      const alert = await makeAlert(vigie)
      for (const itemId of [1, 2]) await enqueue(vigie, { alertId: alert.id, itemId })
      return alert
    }
    const ways: [string, (alert: Alert) => Promise<unknown>][] = [
      ['deletion', ({ id }) => vigie.call('delete_alert', { id })],
      ['pause', ({ id }) => vigie.call('update_alert', { id, changes: { isActive: false } })],
      ['snooze', ({ id }) => vigie.call('update_alert', { id, changes: { pausedUntil: '2099-01-01T00:00:00Z' } })],
      ['pause by hand', ({ id }) => vigie.query('update public.alerts set is_active = false where id = $1', [id])],
    ]
    for (const [way, apply] of ways) {
      test(`a ${way} cancels what waits`, async () => {
        await apply(await queued())
        assert.deepEqual(
          (await rows()).map(({ status }) => status),
          ['cancelled', 'cancelled'],
        )
        assert.equal(await claim(vigie), null)
      })

      test(`a ${way} while a message is under way cancels it when it would be tried again`, async () => {
        const alert = await queued()
        const underWay = await claimMessage(vigie)
        await apply(alert)
        await settle(vigie, underWay, { ...RETRY, afterMs: 0 })
        assert.deepEqual(await deliverInWords(vigie), [])
        assert.equal((await rows('cancelled')).length, 2)
      })
    }

    test('a message under way whose sender died is cancelled too', async () => {
      const alert = await queued()
      await claimMessage(vigie)
      await vigie.call('delete_alert', { id: alert.id })
      await senderDied()
      assert.equal(await claim(vigie), null)
      assert.equal((await rows('cancelled')).length, 2)
    })

    test('a message that was sent meanwhile counts as sent', async () => {
      const alert = await queued()
      const underWay = await claimMessage(vigie)
      await begin(vigie, underWay)
      await vigie.call('delete_alert', { id: alert.id })
      await settle(vigie, underWay)
      assert.deepEqual((await rows()).map(({ status }) => status).sort(), ['cancelled', 'sent'])
    })
  })
})
