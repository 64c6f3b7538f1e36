import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assert as assertProperty, asyncProperty, integer } from 'fast-check'
import type { ClaimedMessage } from '../../../shared/database/outbox.ts'
import { createSite, PAGE_SIZE, steps } from '../../support/supabase/catalogue-model.ts'
import { checkOf, makeAlert, record } from '../../support/supabase/checks.ts'
import { deliverAll } from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

/** The listings that messages name one by one, outside of an overflow's digest. */
const findsIn = (messages: ClaimedMessage[]): number[] =>
  messages.flatMap(({ notifications }) =>
    notifications.flatMap(({ payload }) => ('listing' in payload ? [payload.listing.itemId] : [])),
  )

describe('record_check over any sequence of pages', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  after(() => vigie.close())

  test('each new listing is told exactly once when it appears, old ones never, for every alert of the search', async () => {
    const property = asyncProperty(steps, integer({ min: 0, max: 3 * PAGE_SIZE }), async (sequence, depth) => {
      await vigie.reset()
      const site = createSite(depth)
      const all = await makeAlert(vigie)
      const even = await makeAlert(vigie, { name: 'Paires', chatId: 'chat-2' })
      const takes = ({ id }: { id: string }, item: number): boolean => id === all.id || item % 2 === 0
      await record(vigie, checkOf(site.baseline, [all, even], { takes }))
      await deliverAll(vigie)
      const everTold = new Set<number>()
      for (const step of sequence) {
        const { page, mode, told, arrived, hasAnchor } = site.next(step)
        const { alerts } = await record(vigie, checkOf(page, [all, even], { takes }))
        const byId = new Map(alerts.map((alert) => [alert.alertId, alert]))
        assert.equal(byId.get(all.id)?.mode, mode)
        assert.deepEqual(byId.get(all.id)?.newIds, told)
        const evenTold = told.filter((id) => id % 2 === 0)
        assert.deepEqual(byId.get(even.id)?.newIds, evenTold)
        // Whatever the model says: what arrived is told now, what was told is not told again, what was there is not new.
        assert.ok(arrived.every((id) => told.includes(id)))
        assert.ok(told.every((id) => !everTold.has(id)))
        if (mode === 'normal' && hasAnchor) assert.ok(told.every((id) => id > depth))
        for (const id of told) everTold.add(id)
        const isListed = (ids: number[]): boolean => mode === 'normal' || ids.length === 1
        const messages = await deliverAll(vigie)
        const findsOf = (chat: string): number[] => findsIn(messages.filter(({ destination }) => destination === chat))
        assert.deepEqual(findsOf('chat-1'), isListed(told) ? told.toReversed() : [])
        assert.deepEqual(findsOf('chat-2'), isListed(evenTold) ? evenTold.toReversed() : [])
      }
    })
    await assertProperty(property, { numRuns: 25 })
  })
})
