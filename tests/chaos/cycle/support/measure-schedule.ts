import assert from 'node:assert/strict'
import { eventually } from '../../../support/fleet/eventually.ts'
import { outboxSettled } from '../../../support/parts/finds.ts'
import type { Sql } from '../../../support/parts/open-sql.ts'
import { countOverlaps } from '../../../support/parts/runs.ts'
import type { PartsFleet } from '../../../support/parts/start-parts-fleet.ts'
import { askedForPriced, coveredSince, PRICED_ALERTS } from './priced-families.ts'
import type { Market } from './priced-families.ts'
import type { Measured } from './test-promise.ts'

/** Every alert was checked, by one of these workers, after that time. Answers how long the last of them took. */
export async function checkedBy(sql: Sql, workers: readonly string[], since: number): Promise<number> {
  return eventually(async () => {
    const rows = await sql<{ at: Date }>(
      `select min(r.checked_at) as at from public.run_alerts r join public.searches s on s.key = r.search_key
       where r.verdict = 'ok' and r.checked_at > $1 and r.worker_id = any ($2) and s.canonical like '%zirkon%'
       group by r.alert_id`,
      [new Date(since), workers],
    )
    assert.equal(rows.length, PRICED_ALERTS)
    return Math.max(...rows.map(({ at }) => at.getTime())) - since
  }, 90_000)
}

/** An incident of that kind that has opened since then; `closed`: and has ended. */
export const incident = (sql: Sql, kind: string, subject: string, since: number, isClosed: boolean): Promise<void> =>
  eventually(async () => {
    const [row] = await sql<{ closed_at: Date | null }>(
      'select closed_at from public.incidents where kind = $1 and subject = $2 and opened_at > $3',
      [kind, subject, new Date(since)],
    )
    assert.ok(row && (!isClosed || row.closed_at !== null), `${kind} ${subject} was ${isClosed ? 'closed' : 'opened'}`)
  }, 40_000)

async function possibleRepeats(sql: Sql): Promise<number> {
  const [row] = await sql<{ repeats: number }>(
    'select coalesce(sum(possible_repeats), 0)::int as repeats from public.outbox',
  )
  return row?.repeats ?? 0
}

/** What a fault did to the listings of its time; `more` is what else was counted. */
export async function measure(
  { sandbox, sql }: PartsFleet,
  market: Market,
  rounds: number,
  breakThings: () => Promise<{ more: string; isKept: boolean; detail: unknown }>,
): Promise<Measured> {
  const [first, since] = [market.listings.length, Date.now()]
  const repeatsBefore = await possibleRepeats(sql)
  const ends = []
  while (ends.length < rounds) ends.push(await breakThings())
  const told = await market.told(first)
  await outboxSettled(sql)
  const repeats = (await possibleRepeats(sql)) - repeatsBefore
  const { all, covers } = await askedForPriced(sandbox.control, since)
  const covered = await coveredSince(sql, since)
  const overlaps = await countOverlaps(sql)
  return {
    n: `${market.listings.length - first} listings, ${PRICED_ALERTS} alerts, ${covers.length} of ${all.length} requests for several searches`,
    result: `${told.lost} lost, ${told.doubled} doubled (${repeats} possible repeats), ${told.wrong} told to whom they do not match, ${overlaps} reports at once; ${ends.map(({ more }) => more).join('; ')}`,
    kept:
      told.lost + told.wrong + overlaps === 0 &&
      told.doubled <= repeats &&
      covered === PRICED_ALERTS &&
      ends.every(({ isKept }) => isKept),
    detail: { told, repeats, covered, ends: ends.map(({ detail }) => detail) },
  }
}
