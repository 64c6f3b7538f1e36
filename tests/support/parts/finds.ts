import assert from 'node:assert/strict'
import { eventually } from '../fleet/eventually.ts'
import type { Json } from '../json.ts'
import type { Sql } from './open-sql.ts'
import type { Control } from './searches.ts'

export type Arrived = { lost: number; doubled: number }
export type Finds = Arrived & { published: number; possibleRepeats: number }

/** How often each title arrived at Telegram, in whatever message. */
async function arrivals(control: Control, titles: readonly string[]): Promise<number[]> {
  const texts = ((await control('GET', 'messages')) as Json[]).map(
    ({ text, caption }) => `${text ?? ''} ${caption ?? ''}`,
  )
  return titles.map((title) => texts.filter((text) => text.includes(title)).length)
}

/**
 * Waits for every find to arrive and then until `settled`, and counts: what has not come by then never will. A claim whose
 * sender died is free after 90 s.
 */
export async function countArrived(
  control: Control,
  titles: readonly string[],
  settled: () => Promise<void>,
): Promise<Arrived> {
  await eventually(async () => assert.ok((await arrivals(control, titles)).every((times) => times > 0)), 150_000).catch(
    () => undefined, // Those that are missing are counted below.
  )
  await settled()
  const counts = await arrivals(control, titles)
  return {
    lost: counts.filter((times) => times === 0).length,
    doubled: counts.reduce((extra, times) => extra + Math.max(0, times - 1), 0),
  }
}

/** Also how many repeats the outbox itself says there may have been. */
export async function countFinds(control: Control, sql: Sql, titles: readonly string[]): Promise<Finds> {
  const arrived = await countArrived(control, titles, () => outboxSettled(sql))
  const [row] = await sql<{ repeats: string }>(
    'select coalesce(sum(possible_repeats), 0) as repeats from public.outbox',
  )
  return { ...arrived, published: titles.length, possibleRepeats: Number(row?.repeats) }
}

/** No message waits any more. */
export const outboxSettled = (sql: Sql, withinMs = 120_000): Promise<void> =>
  eventually(async () => {
    const open = await sql('select state, attempts, last_error from public.outbox where settled_at is null')
    assert.deepEqual(open, [])
  }, withinMs)
