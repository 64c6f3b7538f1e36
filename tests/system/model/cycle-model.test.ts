import { after, before, test } from 'node:test'
import { assert as assertProperty, asyncProperty } from 'fast-check'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import { schedules } from './cycle-schedule.ts'
import { createCycleWorld } from './cycle-world.ts'
import { MODEL_SIZE } from './model-size.ts'

let vigie: VigieDatabase
before(async () => {
  vigie = await startVigieDatabase('pglite')
})
after(() => vigie.close())

test('whatever mains, workers and owners do, one run runs at the most, each item has one result of its last attempt, stale writers change nothing, and every run ends', async () => {
  const property = asyncProperty(schedules, async (schedule) => {
    await vigie.reset()
    const { live, judge, settleDown } = await createCycleWorld(vigie)
    for (const step of schedule) {
      await live(step)
      await judge()
    }
    await settleDown()
    await judge()
  })
  await assertProperty(property, MODEL_SIZE)
})
