import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assert as assertProperty, asyncProperty } from 'fast-check'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import { MODEL_SIZE } from './model-size.ts'
import { OUTBOX_EXAMPLES } from './outbox-examples.ts'
import { schedules } from './outbox-schedule.ts'
import type { Step } from './outbox-schedule.ts'
import { createWorld, keyOf, MAX_ATTEMPTS, readRows } from './outbox-world.ts'
import type { Row, World } from './outbox-world.ts'

let vigie: VigieDatabase
before(async () => {
  vigie = await startVigieDatabase('pglite')
})
after(() => vigie.close())

/** A chat that moved is the chat it was. */
const homeOf = (chat: string, { hasMoved }: World): string => (hasMoved && chat === 'chat-1' ? 'chat-9' : chat)

/** The end of one message: told, or silenced with its alert, or a dead letter that says why. */
function judgeRow(row: Row, rows: readonly Row[], world: World): void {
  const what = JSON.stringify(row)
  const arrived = (id: string): number => world.arrived.get(id) ?? 0
  const isSameNews = (other: Row): boolean =>
    other.item_id === row.item_id &&
    other.event === row.event &&
    homeOf(other.destination, world) === homeOf(row.destination, world)
  switch (row.state) {
    case 'sent':
      assert.ok(arrived(row.id) > 0, `not told: ${what}`)
      break
    case 'merged':
      assert.ok(
        rows.some((other) => isSameNews(other) && arrived(other.id) > 0),
        `merged into nothing: ${what}`,
      )
      break
    case 'failed':
      assert.ok(row.last_error, `a dead letter without a reason: ${what}`)
      break
    case 'cancelled':
      assert.ok(
        world.alerts.some(({ id, wasEverSilenced }) => id === row.alert_id && wasEverSilenced),
        `cancelled for nothing: ${what}`,
      )
      break
    default:
      assert.fail(`neither told nor ended: ${what}`)
  }
  const extra = arrived(row.id) - 1 - (world.retried.get(row.id) ?? 0)
  assert.ok(extra <= row.possible_repeats, `told ${arrived(row.id)} times, not counted: ${what}`)
  assert.ok(extra <= (world.doubtful.get(row.id) ?? 0), `told ${arrived(row.id)} times for no reason: ${what}`)
  assert.ok(row.attempts <= MAX_ATTEMPTS, `too many attempts: ${what}`)
}

async function judge(schedule: readonly Step[]): Promise<void> {
  await vigie.reset()
  const { world, live, settleDown } = await createWorld(vigie)
  for (const step of schedule) await live(step)
  await settleDown()
  const rows = await readRows(vigie)
  const there = new Set(rows.map((row) => keyOf(row.alert_id, Number(row.item_id), row.event)))
  assert.deepEqual(
    [...world.enqueued].filter((key) => !there.has(key)),
    [],
    'every message has a row',
  )
  for (const row of rows) judgeRow(row, rows, world)
}

for (const [promise, schedule] of Object.entries(OUTBOX_EXAMPLES)) test(promise, () => judge(schedule))

test('whatever senders, chats and owners do, every message is told, silenced with its alert, or a dead letter; never twice uncounted', async () => {
  await assertProperty(asyncProperty(schedules, judge), MODEL_SIZE)
})
