import { randomUUID } from 'node:crypto'
import { groupDueAlerts, toPlannedItems } from '#shared/runs/group-due-alerts.ts'
import type { Cell, Table } from '../tests/support/report/format-table.ts'
import { benchResult, NEW_ROWS } from './database/bench-results.ts'
import { engines, openDatabaseUnderTest } from './database/database-under-test.ts'
import type { DatabaseUnderTest, Engine } from './database/database-under-test.ts'
import { insertAlerts } from './fleet/bench-alerts.ts'
import { median, quantile } from './report/quantile.ts'

const RESULTS = 1_000
const SIZES = [1_000, 10_000]
const READS = 10
/** Pages of every search that come before what is measured: baselines are not the everyday. */
const EARLIER_PAGES = 2

type Timed = { ms: number[]; wallS: number; gatewayMs: number; postgresMs: number }

async function time(test: DatabaseUnderTest, times: number, work: (place: number) => Promise<unknown>): Promise<Timed> {
  const before = test.cpu()
  const startedAt = performance.now()
  const ms: number[] = []
  for (let place = 0; place < times; place += 1) {
    const calledAt = performance.now()
    await work(place)
    ms.push(performance.now() - calledAt)
  }
  const after = test.cpu()
  return {
    ms,
    wallS: (performance.now() - startedAt) / 1000,
    gatewayMs: (after.gateway - before.gateway) / times,
    postgresMs: (after.postgres - before.postgres) / times,
  }
}

const timedCells = ({ ms, wallS, gatewayMs, postgresMs }: Timed): Cell[] => [
  median(ms),
  quantile(ms, 0.95),
  wallS,
  gatewayMs,
  postgresMs,
]
const TIMED = ['p50 (ms)', 'p95 (ms)', 'all (s)', 'CPU gateway (ms)', 'CPU postgres (ms)']

type Written = { inserted: number; updated: number; deleted: number; log: number; size: number }

/** Counters so far: rows of all tables, bytes of the log, bytes of the database. */
async function written({ query }: DatabaseUnderTest): Promise<Written> {
  // Counters of a connection are handed in late; this one is the one that wrote.
  await query('select pg_stat_force_next_flush()')
  const [row] = await query(`select sum(n_tup_ins)::float8 as inserted, sum(n_tup_upd)::float8 as updated,
    sum(n_tup_del)::float8 as deleted, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as log,
    pg_database_size(current_database())::float8 as size from pg_stat_user_tables`)
  return row as Written
}

async function measureResults(test: DatabaseUnderTest) {
  const { database, query } = test
  await insertAlerts({ query }, 0, RESULTS, RESULTS)
  const groups = groupDueAlerts(await database.call('list_due_alerts', {}))
  const runId = randomUUID()
  const begun = await database.call('begin_run', {
    run_id: runId,
    holder: 'bench',
    ttl_ms: 3_600_000,
    trigger: 'bench',
  })
  if (begun.kind !== 'started') throw new Error(`the run was ${begun.kind}`)
  const plan = (attempt: number) =>
    database.call('plan_run', {
      run_id: runId,
      token: begun.token,
      items: toPlannedItems(groups, 'worker-fr', attempt, true),
    })
  const record = (attempt: number) => async (place: number) => {
    const group = groups[place]
    if (!group) throw new Error(`no search ${place}`)
    const check_result = benchResult(group, place, runId, attempt)
    const { recorded } = await database.call('record_check', { check_result })
    if (!recorded) throw new Error(`${group.searchKey} was not recorded`)
  }
  for (let page = 1; page <= EARLIER_PAGES; page += 1) {
    await plan(page)
    await time(test, RESULTS, record(page))
  }
  await query('analyze')
  await plan(EARLIER_PAGES + 1)
  const slots = await time(test, RESULTS, () => database.call('take_slot', { egress: 'worker-fr', gap_ms: 0 }))
  const before = await written(test)
  const results = await time(test, RESULTS, record(EARLIER_PAGES + 1))
  const after = await written(test)
  const by = (name: keyof Written): number => after[name] - before[name]
  const rows = [by('inserted'), by('updated'), by('deleted')].map((count) => count / RESULTS)
  return { slots, results, written: [...rows, by('log') / RESULTS / 1024, by('size') / RESULTS / 1024] }
}

/** What main asks before it plans. Searches beyond those that were recorded are made up: only their number counts. */
async function measureReads(test: DatabaseUnderTest, engine: Engine): Promise<Cell[][]> {
  const { database, query } = test
  const rows: Cell[][] = []
  let alerts = RESULTS
  for (const size of SIZES) {
    await insertAlerts({ query }, alerts, size, size)
    await query(
      `insert into public.searches (key, canonical, market, last_page_size, last_good_at, seen_finds, seen_listings, seen_hours)
       select md5(n::text), 'search ' || n, 'fr', 80, now(), 1.5, 12.5, 3 from generate_series($1::integer, $2::integer - 1) n`,
      [alerts, size],
    )
    alerts = size
    await query('analyze')
    const due = await time(test, READS, () => database.call('list_due_alerts', {}))
    const rates = await time(test, READS, () => database.call('read_search_rates', {}))
    rows.push(
      [engine, size, 'list_due_alerts', ...timedCells(due)],
      [engine, size, 'read_search_rates', ...timedCells(rates)],
    )
  }
  return rows
}

/** What a result costs the database, and what the plan does, on both kinds of it. */
export async function* benchDatabase(): AsyncGenerator<Table> {
  const calls: Cell[][] = []
  const writes: Cell[][] = []
  const reads: Cell[][] = []
  for (const engine of engines) {
    await using test = await openDatabaseUnderTest(engine)
    const { slots, results, written } = await measureResults(test)
    calls.push([engine, 'take_slot', ...timedCells(slots)], [engine, 'record_check', ...timedCells(results)])
    writes.push([engine, ...written])
    reads.push(...(await measureReads(test, engine)))
  }
  yield {
    title: `database: ${RESULTS} results of as many searches, 80 rows each, ${NEW_ROWS} of them new`,
    n: `N=${RESULTS}, one after the other`,
    columns: ['database', 'call', ...TIMED],
    rows: calls,
    notes: [
      'p50 and p95 as a worker on the same machine sees them, through the gateway; CPU by call. With PGlite the gateway is the database.',
      `Each search had ${EARLIER_PAGES} pages before; 16 rows of 80 pass its alert's filters, so that 0.6 of the new ones are finds.`,
    ],
  }
  yield {
    title: 'database: what one result writes',
    n: `N=${RESULTS}, means`,
    columns: ['database', 'rows inserted', 'updated', 'deleted', 'log (KB)', 'database grows by (KB)'],
    rows: writes,
    notes: ['The database grows until the old versions of rows are vacuumed and reused.'],
  }
  yield {
    title: 'database: what main reads before it plans, every alert with a search of its own',
    n: `N=${READS}`,
    columns: ['database', 'alerts', 'call', ...TIMED],
    rows: reads,
  }
}
