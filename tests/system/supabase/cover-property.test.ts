import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { createCoverWorld } from '../../support/supabase/cover-world.ts'
import type { Band, Published } from '../../support/supabase/cover-world.ts'
import { MODEL_SIZE } from '../model/model-size.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

const listing: fc.Arbitrary<Published> = fc.record({ price: fc.integer({ min: 1, max: 20 }), isSilk: fc.boolean() })
const band: fc.Arbitrary<Band> = fc.record({
  priceMin: fc.option(fc.integer({ min: 1, max: 9 })),
  priceMax: fc.option(fc.integer({ min: 10, max: 20 })),
  isPicky: fc.boolean(),
})
const markets = fc.record({
  bands: fc.array(band, { minLength: 2, maxLength: 4 }),
  depth: fc.array(listing, { maxLength: 20 }),
  steps: fc.array(
    fc.record({
      published: fc.oneof(
        { weight: 6, arbitrary: fc.array(listing, { maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(listing, { minLength: 8, maxLength: 12 }) },
      ),
      sold: fc.array(fc.nat(12), { maxLength: 2 }),
      minutes: fc.integer({ min: 1, max: 40 }),
      /** Which requests of a plan are asked before there is a new one; places wrap. */
      asked: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 4, maxLength: 12 },
  ),
})

describe('search cover over any market', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  after(() => vigie.close())

  test('loses no match and tells none that separate requests would not tell, whatever is published, sold and asked when', async () => {
    const seen = { covers: 0, toldByCovers: 0, splits: 0 }
    const property = fc.asyncProperty(markets, async ({ bands, depth, steps }) => {
      await vigie.reset()
      const world = await createCoverWorld(vigie, bands, depth)
      for (const { published, sold, minutes, asked } of steps) {
        world.publish(published)
        world.sell(sold)
        const plan = await world.plan()
        for (const place of new Set(asked.map((each) => each % plan.length))) {
          const request = plan[place]
          assert.ok(request)
          const { told, unchecked } = await world.ask(request)
          if (request.cover) {
            seen.covers += 1
            seen.toldByCovers += told
            if (unchecked > 0) seen.splits += 1
          }
        }
        for (const [shared, separate] of world.toldOf()) assert.deepEqual(shared, separate)
        await world.wait(minutes)
      }
    })
    // To its end: what is cut off would go on recording against a database that is gone.
    await fc.assert(property, { numRuns: MODEL_SIZE.numRuns })
    // A world in which nothing is shared would prove nothing.
    assert.ok(seen.covers > 0 && seen.toldByCovers > 0 && seen.splits > 0, JSON.stringify(seen))
  })
})
