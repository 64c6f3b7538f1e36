import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { makeAlert } from '../../support/supabase/checks.ts'
import {
  claim,
  claimMessage,
  deliverInWords,
  enqueue,
  inWords,
  outboxRows,
  settle,
} from '../../support/supabase/messages.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

for (const engine of ['pglite', 'postgres'] as const) {
  describe(`quiet hours and the cap of an hour, on ${engine}`, () => {
    let vigie: VigieDatabase
    before(async () => {
      vigie = await startVigieDatabase(engine)
    })
    beforeEach(async () => {
      await vigie.reset()
      await vigie.query(`update public.people set chat_id = 'chat-1', time_zone = 'Asia/Tokyo' where role = 'owner'`)
    })
    after(() => vigie.close())

    /** Quiet hours as the clock of the person's zone shows them, in minutes from now. */
    const quiet = (fromMinutes: number, untilMinutes: number) =>
      vigie.query(
        `update public.people set
           quiet_from = (clock_timestamp() at time zone time_zone + $1 * interval '1 minute')::time,
           quiet_until = (clock_timestamp() at time zone time_zone + $2 * interval '1 minute')::time
         where role = 'owner'`,
        [fromMinutes, untilMinutes],
      )
    /** Everything that is written down happened so much longer ago. */
    const pass = (minutes: number) =>
      vigie.query(
        `update public.outbox set created_at = created_at - $1 * interval '1 minute',
           not_before = not_before - $1 * interval '1 minute', settled_at = settled_at - $1 * interval '1 minute'`,
        [minutes],
      )
    const notice = (event: string) =>
      vigie.query(
        `select public.enqueue(array[('telegram', 'chat-1', null, null, 0, $1, 'notice',
           '{"test": true, "language": "fr"}')::public.new_message])`,
        [event],
      )
    const finds = async (alertId: string | null, ...itemIds: number[]): Promise<void> => {
      for (const itemId of itemIds) await enqueue(vigie, { alertId, itemId })
    }

    test('a chat whose person sleeps hears of nothing, whatever side of midnight it is', async () => {
      await finds(null, 1)
      for (const [from, until] of [
        [-1, 1],
        [-60, 600],
        [-600, 60],
        [-1_300, 30],
      ] as const) {
        await quiet(from, until)
        assert.equal(await claim(vigie), null, `${from} until ${until}`)
      }
      assert.deepEqual(
        (await outboxRows(vigie)).map(({ status }) => status),
        ['waiting'],
      )
      await quiet(1, 600)
      assert.deepEqual(await deliverInWords(vigie), ['find 1 ()'])
    })

    test('quiet hours end by the clock on the wall, also in the night that has 23 hours', async () => {
      const since = async (from: string, until: string, moment: string) => {
        const [row] = await vigie.query<{ since: string | null }>(
          `select to_char(public.awake_since(p, $3::timestamptz) at time zone 'utc', 'MM-DD HH24:MI') as since
           from (select (jsonb_populate_record(x, jsonb_build_object('time_zone', 'Europe/Paris', 'quiet_from', $1::text,
             'quiet_until', $2::text))).* from public.people x where x.role = 'owner') p`,
          [from, until, moment],
        )
        return row?.since ?? null
      }
      assert.equal(await since('22:00', '08:00', '2026-03-29 05:59Z'), null)
      assert.equal(await since('22:00', '08:00', '2026-03-29 06:00Z'), '03-29 06:00')
      assert.equal(await since('22:00', '08:00', '2026-03-28 20:59Z'), '03-28 07:00')
      assert.equal(await since('22:00', '08:00', '2026-03-28 21:00Z'), null)
      assert.equal(await since('13:00', '14:00', '2026-03-29 11:30Z'), null)
      assert.equal(await since('13:00', '14:00', '2026-03-29 10:00Z'), '03-28 13:00')
    })

    test('other chats go on, and so do the answers of the bot and of a test', async () => {
      await quiet(-60, 60)
      await finds(null, 1)
      await enqueue(vigie, { destination: 'chat-2', itemId: 2 })
      await notice('incident:7:open')
      await notice('reply:1')
      await notice('test:1')
      const sent = [await claimMessage(vigie), await claimMessage(vigie)]
      assert.deepEqual(
        sent.map(({ destination }) => destination),
        ['chat-2', 'chat-1'],
      )
      for (const message of sent) await settle(vigie, message)
      const last = await claimMessage(vigie, { kind: 'notice' })
      await settle(vigie, last)
      assert.deepEqual(
        [...sent.slice(1), last].map(({ notifications }) => notifications.map(({ event }) => event)),
        [['reply:1'], ['test:1']],
      )
      assert.equal(await claim(vigie), null)
      assert.equal(await claim(vigie, { kind: 'notice' }), null)
    })

    test('what was held comes as one digest, and what came after it by itself', async () => {
      await finds(null, 1, 2, 3)
      await notice('incident:7:open')
      await pass(30)
      await finds(null, 4)
      await quiet(-600, -10)
      assert.deepEqual(await deliverInWords(vigie), ['digest of 4', 'find 4 ()'])
    })

    test('a single message that was held is no digest, and forty are one', async () => {
      await quiet(-600, -10)
      await finds(null, 1)
      await pass(30)
      assert.deepEqual(await deliverInWords(vigie), ['find 1 ()'])
      await finds(null, ...Array.from({ length: 40 }, (_, place) => place + 2))
      await pass(30)
      assert.deepEqual(await deliverInWords(vigie), ['digest of 40'])
    })

    test('quiet hours follow a group that moved', async () => {
      await quiet(-60, 60)
      await enqueue(vigie, { destination: 'chat-9', itemId: 1 })
      assert.ok(await claim(vigie))
      await vigie.query(`truncate public.outbox, public.outbox_destinations`)
      await vigie.query(
        `insert into public.outbox_destinations (channel, destination, migrated_to) values ('telegram', 'chat-1', 'chat-9')`,
      )
      await enqueue(vigie, { destination: 'chat-9', itemId: 2 })
      assert.equal(await claim(vigie), null)
    })

    test('an alert with a cap of three says two things, then one digest, and the rest in the next hour', async () => {
      const { id } = await makeAlert(vigie, { maxMessagesPerHour: 3 })
      await finds(id, 1, 2, 3, 4, 5)
      assert.deepEqual(await deliverInWords(vigie), ['find 1 (Robes)', 'find 2 (Robes)', 'digest of 3'])
      await finds(id, 6, 7)
      await pass(59)
      assert.equal(await claim(vigie), null)
      await pass(2)
      assert.deepEqual(await deliverInWords(vigie), ['find 6 (Robes)', 'find 7 (Robes)'])
      await finds(id, 8)
      assert.deepEqual(await deliverInWords(vigie), ['find 8 (Robes)'])
    })

    test('a cap holds for its alert and chat only, and no longer than it is there', async () => {
      const capped = await makeAlert(vigie, { name: 'Robes', maxMessagesPerHour: 1 })
      const free = await makeAlert(vigie, { name: 'Jupes' })
      await finds(capped.id, 1)
      assert.deepEqual(await deliverInWords(vigie), ['find 1 (Robes)'])
      await finds(capped.id, 2, 3)
      await finds(free.id, 3, 4)
      await enqueue(vigie, { destination: 'chat-2', alertId: capped.id, itemId: 5 })
      // 3 is told for the other alert, so it is not told again for the capped one.
      assert.deepEqual((await deliverInWords(vigie)).sort(), ['find 3 (Jupes)', 'find 4 (Jupes)', 'find 5 (Robes)'])
      await vigie.call('update_alert', { id: capped.id, changes: { maxMessagesPerHour: null } })
      assert.deepEqual(await deliverInWords(vigie), ['find 2 (Robes)'])
    })

    test('whatever is found and whenever, no hour has more than the cap, and everything is told in the end', async () => {
      const step = fc.oneof(
        fc.record({ kind: fc.constant('find' as const), count: fc.integer({ min: 1, max: 4 }) }),
        fc.record({ kind: fc.constant('send' as const) }),
        fc.record({ kind: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 50 }) }),
      )
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 25 }), async (cap, steps) => {
          await vigie.query('truncate public.outbox, public.outbox_destinations')
          const { id } = await makeAlert(vigie, { maxMessagesPerHour: cap })
          const sentAt: number[] = []
          const told: number[] = []
          let minute = 0
          let found = 0
          const send = async (): Promise<void> => {
            for (let message = await claim(vigie); message && 'claimId' in message; message = await claim(vigie)) {
              await settle(vigie, message)
              sentAt.push(minute)
              told.push(
                ...message.notifications.flatMap(({ payload }) =>
                  'listing' in payload ? [payload.listing.itemId] : [],
                ),
              )
              assert.ok(sentAt.filter((at) => at > minute - 60).length <= cap, inWords(message))
            }
          }
          const wait = async (minutes: number): Promise<void> => {
            await pass(minutes)
            minute += minutes
          }
          for (const step of steps) {
            if (step.kind === 'find') {
              await finds(id, ...Array.from({ length: step.count }, () => (found += 1)))
            } else if (step.kind === 'send') await send()
            else await wait(step.minutes)
          }
          await wait(61)
          await send()
          assert.deepEqual(
            told.toSorted((a, b) => a - b),
            Array.from({ length: found }, (_, place) => place + 1),
          )
        }),
        { numRuns: engine === 'postgres' ? 12 : 4 },
      )
    })
  })
}
