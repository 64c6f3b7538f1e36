import assert from 'node:assert/strict'
import { eventually } from '../../../support/fleet/eventually.ts'
import type { Json } from '../../../support/json.ts'
import type { Sql } from './open-sql.ts'
import type { Control } from './searches.ts'

export type Arrived = { published: number; lost: number; doubled: number; possibleRepeats: number }

/** How often each title arrived at Telegram, in whatever message. */
async function arrivals(control: Control, titles: readonly string[]): Promise<number[]> {
  const texts = ((await control('GET', 'messages')) as Json[]).map(({ text, caption }) => `${text ?? ''} ${caption ?? ''}`)
  return titles.map((title) => texts.filter((text) => text.includes(title)).length)
}

/**
 * Waits for every find to arrive and for the outbox to be empty, then counts: what has not come by then never will. A claim
 * whose sender died is free after 90 s.
 */
export async function countFinds(control: Control, sql: Sql, titles: readonly string[]): Promise<Arrived> {
  const late = await eventually(async () => {
    const missing = (await arrivals(control, titles)).filter((times) => times === 0).length
    assert.equal(missing, 0, `${missing} of ${titles.length} finds are lost`)
  }, 150_000).catch((error: unknown) => error)
  await outboxSettled(sql)
  const counts = await arrivals(control, titles)
  const lost = counts.filter((times) => times === 0).length
  if (lost > 0) process.stderr.write(`${String(late)}\n`)
  const [row] = await sql<{ repeats: string }>('select coalesce(sum(possible_repeats), 0) as repeats from public.outbox')
  return {
    published: titles.length,
    lost,
    doubled: counts.reduce((extra, times) => extra + Math.max(0, times - 1), 0),
    possibleRepeats: Number(row?.repeats),
  }
}

/** No message waits any more. */
export const outboxSettled = (sql: Sql, withinMs = 120_000): Promise<void> =>
  eventually(async () => {
    const open = await sql('select state, attempts, last_error from public.outbox where settled_at is null')
    assert.deepEqual(open, [])
  }, withinMs)
