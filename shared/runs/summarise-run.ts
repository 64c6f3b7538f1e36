import type { RunItem } from '../database/runs.ts'
import type { RunAlert, RunStatus, RunSummary, WorkerShare } from '../contracts/run.ts'

/** What a cycle gave to a worker, and the last thing that went wrong there. */
export type Assignment = { id: string; region: string; alertIds: Set<string>; error: string | null }

const sum = (rows: readonly RunAlert[], field: 'itemsChecked' | 'matches' | 'newMatches'): number =>
  rows.reduce((total, row) => total + row[field], 0)

function statusOf(alerts: number, checked: number): RunStatus {
  if (alerts === 0) return 'skipped'
  if (checked === alerts) return 'done'
  return checked === 0 ? 'failed' : 'partial'
}

function shareOf(
  { id, region, alertIds, error }: Assignment,
  rows: readonly RunAlert[],
  checked: readonly RunAlert[],
): WorkerShare {
  const mine = checked.filter((row) => row.workerId === id)
  return {
    id,
    region,
    ok: error === null,
    // One that went along with a page that was no check of it has no row.
    alertsAssigned: rows.filter(({ alertId }) => alertIds.has(alertId)).length,
    alertsChecked: mine.length,
    itemsChecked: sum(mine, 'itemsChecked'),
    matches: sum(mine, 'matches'),
    newMatches: sum(mine, 'newMatches'),
    ...(error !== null && { error }),
  }
}

/** The summary of a run, from what the database holds about each alert and each search. Times in ms. */
export function summariseRun(
  run: { runId: string; startedAt: string },
  rows: readonly RunAlert[],
  items: readonly Pick<RunItem, 'requests'>[],
  assignments: readonly Assignment[],
  now: number,
): RunSummary {
  const checked = rows.filter((row) => row.verdict === 'ok')
  const searchesChecked = new Set(checked.map((row) => row.searchKey)).size
  return {
    runId: run.runId,
    status: statusOf(rows.length, checked.length),
    startedAt: run.startedAt,
    durationMs: Math.max(0, now - Date.parse(run.startedAt)),
    workers: assignments.map((assignment) => shareOf(assignment, rows, checked)),
    totals: {
      alerts: rows.length,
      alertsChecked: checked.length,
      itemsChecked: sum(checked, 'itemsChecked'),
      matches: sum(checked, 'matches'),
      newMatches: sum(checked, 'newMatches'),
      errors: rows.length - checked.length,
      requests: items.reduce((total, { requests }) => total + requests, 0),
      requestsSaved: checked.length - searchesChecked,
    },
  }
}
