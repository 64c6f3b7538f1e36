import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { learnRates, nothingSeen } from '../../../main-worker/schedule/learn-rates.ts'
import type { SeenRates } from '../../../main-worker/schedule/learn-rates.ts'
import { beginOwn, plan } from '../../support/supabase/runs.ts'
import { checkOf, makeAlert, record, SEARCH } from '../../support/supabase/checks.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('what is learned of a search', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const learned = async (): Promise<SeenRates> => {
    const [row] = await vigie.call('read_search_rates', {})
    return { finds: row?.finds ?? Number.NaN, listings: row?.listings ?? Number.NaN, hours: row?.hours ?? Number.NaN }
  }
  const lookedAt = (hoursAgo: number) =>
    vigie.query('update public.searches set last_good_at = now() - $1 * interval $$1 hour$$ where key = $2', [
      hoursAgo,
      SEARCH.key,
    ])
  const assertNear = (is: SeenRates, wanted: SeenRates): void => {
    for (const name of ['finds', 'listings', 'hours'] as const)
      assert.ok(Math.abs(is[name] - wanted[name]) < 0.01, `${name}: ${is[name]}, wanted ${wanted[name]}`)
  }

  test('is nothing before the second look: what was there already came at no known rate', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([3, 2, 1], [alert]))
    assertNear(await learned(), nothingSeen)
  })

  test('follows the rule of learn-rates, check for check', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    let wanted = nothingSeen
    let newest = 1
    for (const { hours, listings, finds } of [
      { hours: 0.5, listings: 3, finds: 1 },
      { hours: 6, listings: 0, finds: 0 },
      { hours: 0.1, listings: 5, finds: 5 },
      { hours: 12, listings: 2, finds: 0 },
    ]) {
      const fresh = Array.from({ length: listings }, (_, place) => newest + listings - place)
      const taken = new Set(fresh.slice(0, finds))
      await lookedAt(hours)
      await record(vigie, checkOf([...fresh, newest], [alert], { takes: (_alert, id) => taken.has(id) }))
      newest += listings
      wanted = learnRates(wanted, finds, listings, hours)
      assertNear(await learned(), wanted)
    }
  })

  test('counts the finds of all its alerts together', async () => {
    const alerts = [await makeAlert(vigie), await makeAlert(vigie, { chatId: 'chat-2' })]
    await record(vigie, checkOf([1], alerts))
    await lookedAt(1)
    await record(vigie, checkOf([2, 1], alerts))
    assertNear(await learned(), { finds: 2, listings: 1, hours: 1 })
  })

  test('is forgotten for planning when nobody has looked for two days', async () => {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    await lookedAt(49)
    assert.deepEqual(await vigie.call('read_search_rates', {}), [])
  })

  test('an alert is new until its first good check, and again not while it is paused', async () => {
    const count = () => vigie.call('count_new_alerts', {})
    const alert = await makeAlert(vigie)
    assert.equal(await count(), 1)
    await vigie.call('update_alert', { id: alert.id, changes: { isActive: false } })
    assert.equal(await count(), 0)
    await vigie.call('update_alert', { id: alert.id, changes: { isActive: true } })
    await record(vigie, checkOf([1], [alert]))
    assert.equal(await count(), 0)
  })

  test('a run takes a search anew only where it may ask again', async () => {
    const alert = await makeAlert(vigie)
    const begun = await beginOwn(vigie)
    await plan(vigie, begun, { attempt: 1, alerts: [{ id: alert.id }] })
    await record(vigie, checkOf([1], [alert], { runId: begun.runId, attempt: 1 }))
    const again = async (attempt: number, more: object) =>
      vigie.call('plan_run', {
        run_id: begun.runId,
        token: begun.token,
        items: [
          { searchKey: SEARCH.key, workerId: 'worker-fr', attempt, alerts: [{ id: alert.id, revision: 1 }], ...more },
        ],
      })
    assert.deepEqual(await again(2, {}), [])
    assert.deepEqual(await again(2, { again: true }), [SEARCH.key])
    assert.deepEqual(await again(2, { again: true }), [])
  })
})
