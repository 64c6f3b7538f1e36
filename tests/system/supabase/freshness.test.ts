import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { checkOf, makeAlert, record } from '../../support/supabase/checks.ts'
import { deliverAll } from '../../support/supabase/messages.ts'
import { beginOwn, plan } from '../../support/supabase/runs.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

describe('how fresh finds are and what they cost', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('pglite')
  })
  beforeEach(() => vigie.reset())
  after(() => vigie.close())

  const numbers = () => vigie.call('read_fleet_numbers', {})
  const near = (value: number | null, wanted: number, by = 0.1): void =>
    assert.ok(value !== null && Math.abs(value - wanted) <= by, `${value} instead of ${wanted}`)

  /** Finds 2, 3, … told ten seconds after the check that found them; the check before was `unseen` seconds earlier. */
  async function tellFinds(unseen: number | null, count = 1): Promise<void> {
    const alert = await makeAlert(vigie)
    await record(vigie, checkOf([1], [alert]))
    await record(vigie, checkOf([...Array.from({ length: count }, (_, place) => count + 1 - place), 1], [alert]))
    await deliverAll(vigie)
    await vigie.query(`update public.outbox set created_at = settled_at - interval '10 seconds' where kind = 'find'`)
    await vigie.query(
      `update public.alert_matches set listed_after = found_at - $1 * interval '1 second' where is_find`,
      [unseen],
    )
  }

  test('a listing came at any moment between two checks: the age is spread over it, and the delivery is added', async () => {
    await tellFinds(100)
    const { ageOfFinds } = await numbers()
    near(ageOfFinds.p50S, 60)
    near(ageOfFinds.p95S, 105)
    assert.deepEqual(ageOfFinds.delivery, { p50S: 10, p95S: 10 })
    assert.deepEqual([ageOfFinds.count, ageOfFinds.dated], [1, 1])
    assert.deepEqual((await numbers()).ageOfFinds, ageOfFinds, 'the same finds give the same figures')
    const { totals } = await vigie.call('read_statistics', { hours: 24, step_minutes: 60 })
    near(totals.p50S, 60)
    assert.deepEqual([totals.deliveryP50S, totals.delivered], [10, 1])
  })

  test('a find whose check before is not known counts from its own check, and is not among the dated', async () => {
    await tellFinds(null, 3)
    const { ageOfFinds } = await numbers()
    assert.deepEqual(ageOfFinds, { p50S: 10, p95S: 10, count: 3, dated: 0, delivery: { p50S: 10, p95S: 10 } })
  })

  test('short and long intervals are one mixture: half of the finds come from the short ones', async () => {
    await tellFinds(100, 4)
    await vigie.query(`update public.alert_matches set listed_after = found_at where item_id in (2, 3)`)
    const { p50S, p95S } = (await numbers()).ageOfFinds
    near(p50S, 10)
    near(p95S, 10 + 90)
  })

  test('where there are more finds than points each stands for one moment, and the figures stay', async () => {
    await tellFinds(null)
    await vigie.query(
      `insert into public.alert_matches (alert_id, item_id, price, is_find, listed_after)
       select m.alert_id, 6000000000 + 7 * i, 20, true, now() - interval '100 seconds'
       from public.alert_matches m, generate_series(1, 12000) i where m.is_find`,
    )
    await vigie.query(
      `insert into public.outbox (channel, destination, alert_id, item_id, event, kind, payload, state, settled_at)
       select 'telegram', 'chat-1', m.alert_id, m.item_id, 'new', 'find', '{}', 'sent', now()
       from public.alert_matches m where m.listed_after is not null`,
    )
    const { ageOfFinds } = await numbers()
    near(ageOfFinds.p50S, 50, 0.5)
    near(ageOfFinds.p95S, 95, 0.5)
    assert.equal(ageOfFinds.dated, 12_000)
  })

  test('what was told more than a day ago is not counted, and a day without a find has no age', async () => {
    await tellFinds(100)
    await vigie.query(`update public.outbox set settled_at = now() - interval '25 hours' where kind = 'find'`)
    await vigie.query(`update public.alert_matches set found_at = now() - interval '25 hours'`)
    const { ageOfFinds, spending } = await numbers()
    assert.deepEqual([ageOfFinds.p50S, ageOfFinds.count, spending.finds], [null, 0, 0])
    assert.deepEqual(ageOfFinds.delivery, { p50S: null, p95S: null })
  })

  describe('requests', () => {
    const pastRun = (startedMinutes: number, endedMinutes: number, requests: number, status = 'done') =>
      vigie.query(
        `insert into public.alert_runs (id, status, trigger, fence, started_at, finished_at, requests)
         values ($1, $2, 'clock', 0, now() - $3 * interval '1 minute', now() - $4 * interval '1 minute', $5)`,
        [randomUUID(), status, startedMinutes, endedMinutes, requests],
      )

    test('of a run that began before the last hour only its part in the hour counts', async () => {
      await pastRun(70, 50, 40)
      await pastRun(30, 20, 5)
      await pastRun(90, 80, 7)
      const { spending } = await numbers()
      assert.deepEqual([spending.requests, spending.requestsLastHour], [52, 25])
    })

    test('the run that is under way counts what it has asked so far', async () => {
      const run = await beginOwn(vigie)
      await plan(vigie, run, { attempt: 1 })
      await vigie.query('update public.run_items set requests = 3')
      const { spending } = await numbers()
      assert.deepEqual([spending.requests, spending.requestsLastHour], [3, 3])
    })

    test('a day without runs has no requests', async () => {
      await pastRun(25 * 60, 25 * 60 - 5, 40)
      assert.deepEqual((await numbers()).spending, { finds: 0, requests: 0, requestsLastHour: 0 })
    })
  })
})
