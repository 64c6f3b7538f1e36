import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'

export type FunctionTime = { name: string; calls: number; totalMs: number }

/** A connection of PostgreSQL hands its counters in after ten seconds of rest, at the latest. */
const HANDED_IN_MS = 11_000

const RELOADED_MS = 500

const read = async (database: Client): Promise<Map<string, FunctionTime>> => {
  const { rows } = await database.query<FunctionTime>(
    `select funcname as name, sum(calls)::float8 as calls, sum(total_time)::float8 as "totalMs"
     from pg_stat_user_functions where schemaname = 'public' group by funcname`,
  )
  return new Map(rows.map((row) => [row.name, row]))
}

const track = async (database: Client, what: 'all' | 'none'): Promise<void> => {
  await database.query(`alter system set track_functions = '${what}'`)
  await database.query('select pg_reload_conf()')
  await sleep(RELOADED_MS)
}

/** How often `work` called each function of the database, and how long they took with what they called. Slowest first. */
export async function timeFunctions(database: Client, work: () => Promise<unknown>): Promise<FunctionTime[]> {
  await track(database, 'all')
  const before = await read(database)
  await work()
  await sleep(HANDED_IN_MS)
  const after = await read(database)
  await track(database, 'none')
  return [...after.values()]
    .map(({ name, calls, totalMs }) => ({
      name,
      calls: calls - (before.get(name)?.calls ?? 0),
      totalMs: totalMs - (before.get(name)?.totalMs ?? 0),
    }))
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.totalMs - a.totalMs)
}
