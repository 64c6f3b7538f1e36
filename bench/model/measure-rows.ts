import { startTestDatabase } from '../../tests/support/database/test-database.ts'
import { organicRows, parseCatalogue } from '../../regional-worker/vinted/parse-catalogue.ts'
import { benchPage } from '../pages/bench-page.ts'

const ALERTS = 100
const FINDS = 20_000
const RUNS = 200

/** By kind: a find (what is remembered of it, and its message), a listing seen, a check in a run’s report. */
export type PerKind = { find: number; seen: number; check: number }

const TABLES: Record<keyof PerKind, { tables: string[]; rows: number }> = {
  find: { tables: ['alert_matches', 'outbox'], rows: FINDS },
  seen: { tables: ['seen_items'], rows: FINDS },
  check: { tables: ['alert_runs', 'run_items', 'run_alerts'], rows: RUNS * ALERTS },
}

/** Bytes of one, with the indexes, in a PostgreSQL of its own filled with rows like those of a day: the listings are the sandbox's, as long as recorded ones. */
export async function measureRows(): Promise<PerKind> {
  const { market, body } = benchPage()
  const told = { market: market.id, foundAt: '2026-11-22T12:00:00.000Z' }
  const listings = organicRows(parseCatalogue(JSON.parse(body), market))
  const database = await startTestDatabase({ engine: 'postgres', migrationsDir: 'supabase/migrations' })
  try {
    await database.query(`insert into public.alerts (name, market, search_text, chat_id)
      select 'Alert ' || n, 'fr', 'thing ' || n, '1000001' from generate_series(1, ${ALERTS}) n`)
    await database.query(FIND_ROWS, [JSON.stringify(listings), JSON.stringify(told)])
    await database.query(MESSAGE_ROWS)
    for (const statement of CHECK_ROWS) await database.query(statement)
    const sizeOf = async ({ tables, rows }: { tables: string[]; rows: number }): Promise<number> => {
      const [size] = await database.query<{ bytes: number }>(
        `select sum(pg_total_relation_size('public.' || name))::float8 as bytes from unnest($1::text[]) name`,
        [tables],
      )
      return (size?.bytes ?? Number.NaN) / rows
    }
    return { find: await sizeOf(TABLES.find), seen: await sizeOf(TABLES.seen), check: await sizeOf(TABLES.check) }
  } finally {
    await database.close()
  }
}

/** Items come to the alerts in turn, as in life: an index filled in its own order is smaller. */
const FIND_ROWS = `insert into public.alert_matches (alert_id, item_id, price, is_find, found_at, listing)
  select a.id, 10000000000 + n, (l.json ->> 'price')::numeric, true, now() - (${FINDS} - n) * interval '100 seconds',
    l.json || $2::jsonb || jsonb_build_object('itemId', 10000000000 + n)
  from generate_series(1, ${FINDS}) n
  join (select id, row_number() over (order by id) as place from public.alerts) a on a.place = 1 + n % ${ALERTS}
  join (select json, row_number() over () as place from jsonb_array_elements($1::jsonb) json) l
    on l.place = 1 + n % jsonb_array_length($1::jsonb)
  order by n`

const MESSAGE_ROWS = `insert into public.outbox
    (channel, destination, alert_id, item_id, event, kind, payload, state, created_at, settled_at)
  select 'telegram', '1000001', m.alert_id, m.item_id, 'new', 'find', jsonb_build_object('listing', m.listing), 'sent',
    m.found_at, m.found_at + interval '2 seconds'
  from public.alert_matches m order by m.found_at`

const KEY = `encode(sha256(a.id::text::bytea), 'hex')`
const CHECK_ROWS = [
  `insert into public.searches (key, canonical, market) select ${KEY}, a.search_text, a.market from public.alerts a`,
  `insert into public.seen_items (search_key, item_id)
    select q.key, m.item_id from public.alert_matches m
    join public.alerts a on a.id = m.alert_id join public.searches q on q.key = ${KEY} order by m.found_at`,
  `insert into public.alert_runs (id, status, trigger, started_at, finished_at, fence)
    select gen_random_uuid(), 'done', 'clock', now() - n * interval '5 minutes', now() - n * interval '5 minutes', n
    from generate_series(1, ${RUNS}) n`,
  `insert into public.run_items (run_id, search_key, worker_id, attempt, state, verdict, requests, result)
    select r.id, ${KEY}, 'worker-fr', 1, 'recorded', 'ok', 1, jsonb_build_object('recorded', true, 'alerts',
      jsonb_build_array(jsonb_build_object('alertId', a.id, 'mode', 'normal', 'matches', 20, 'newMatches', 0, 'newIds', '[]'::jsonb)))
    from public.alert_runs r, public.alerts a order by r.started_at`,
  `insert into public.run_alerts (run_id, alert_id, search_key, revision, verdict, worker_id, items_checked, dropped, matches, ms, checked_at)
    select r.id, a.id, ${KEY}, 1, 'ok', 'worker-fr', 80, '{"brand": 50, "word": 10}', 20, 300, r.started_at
    from public.alert_runs r, public.alerts a order by r.started_at`,
]
