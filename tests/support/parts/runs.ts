import assert from 'node:assert/strict'
import { eventually } from '../fleet/eventually.ts'
import type { Sql } from './open-sql.ts'

export type ItemRow = { search_key: string; worker_id: string; attempt: number; state: string; verdict: string | null }

export type RunRow = { id: string; status: string; started_at: Date; finished_at: Date | null; fence: string }

/** Runs that were cycles: a skipped tick is none. */
export const readRuns = (sql: Sql): Promise<RunRow[]> =>
  sql<RunRow>(
    `select id, status, started_at, finished_at, fence::text from public.alert_runs
     where status <> 'skipped' order by started_at`,
  )

export const readItems = (sql: Sql, runId: string): Promise<ItemRow[]> =>
  sql<ItemRow>('select search_key, worker_id, attempt, state, verdict from public.run_items where run_id = $1', [runId])

export const countRecorded = async (sql: Sql, runId: string): Promise<number> =>
  (await readItems(sql, runId)).filter(({ state, verdict }) => state === 'recorded' && verdict === 'ok').length

/** The run that has begun after these. */
export const nextRun = (sql: Sql, before: readonly RunRow[], withinMs = 30_000): Promise<RunRow> =>
  eventually(async () => {
    const run = (await readRuns(sql)).find(({ id }) => !before.some((old) => old.id === id))
    assert.ok(run, 'no run has begun')
    return run
  }, withinMs)

export const finishedRun = (sql: Sql, runId: string, withinMs = 60_000): Promise<RunRow> =>
  eventually(async () => {
    const run = (await readRuns(sql)).find(({ id }) => id === runId)
    assert.ok(run && run.status !== 'running', `run ${runId} is still running`)
    return run
  }, withinMs)

export type Overlap = { first: string; second: string; ms: number }

/** Pairs of cycles that ran at the same time, by the database's own clock. */
export const readOverlaps = (sql: Sql): Promise<Overlap[]> =>
  sql<Overlap>(
    `select a.id as first, b.id as second,
       extract(epoch from least(a.finished_at, b.finished_at, clock_timestamp()) - b.started_at)::float8 * 1000 as ms
     from public.alert_runs a join public.alert_runs b
       on a.id <> b.id and a.started_at <= b.started_at and coalesce(a.finished_at, clock_timestamp()) > b.started_at
     where a.status <> 'skipped' and b.status <> 'skipped' and (a.started_at < b.started_at or a.id < b.id)`,
  )

export const countOverlaps = async (sql: Sql): Promise<number> => (await readOverlaps(sql)).length

/** How many cycles were finished, whatever came of them. */
export const countFinished = async (sql: Sql): Promise<number> =>
  (await readRuns(sql)).filter(({ status }) => status !== 'running').length
