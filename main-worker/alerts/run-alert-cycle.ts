import type { RunSummary } from '#shared/contracts/run.ts'
import { logLine } from '#shared/log-lines.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import { summariseRun } from '#shared/runs/summarise-run.ts'
import type { Context } from '../context.ts'
import { noWorkers } from '../fleet/ask-worker.ts'
import { reportMarkets } from '../fleet/report-markets.ts'
import { sendHeartbeat } from '../fleet/send-heartbeat.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { runSchedule } from '../schedule/run-schedule.ts'
import { runRounds } from './run-rounds.ts'
import type { Progress } from './run-rounds.ts'
import type { HeldRun } from './run-share.ts'
import { planForNobody } from './settle-round.ts'

/**
 * One cycle over the alerts that are due, or what an unfinished one left open. A paused fleet skips it, with its reason. Throws
 * ProblemError NO_WORKERS_AVAILABLE when nobody could be asked at all; the run is recorded as failed then.
 */
export async function runAlertCycle(
  context: Context,
  run: HeldRun,
  resumed: { openKeys: Set<string> } | null,
  trigger: string,
  signal: AbortSignal,
): Promise<RunSummary> {
  const { database, logger, holder } = context
  const due = groupDueAlerts(await database.call('list_due_alerts', {}, signal))
  const open = resumed ? due.filter((group) => resumed.openKeys.has(group.searchKey)) : due
  const progress: Progress = { open, tried: new Map(), assignments: new Map() }
  if (resumed) logLine(logger, 'cycleResumed', { left: open.length })
  else if (open.length === 0) logLine(logger, 'cycleSkipped')
  else
    logLine(logger, 'cycleTriggered', {
      alerts: open.reduce((total, group) => total + group.alerts.length, 0),
      trigger,
    })

  const reason = await (run.asksAgain ? runSchedule : runRounds)(context, run, progress, signal)
  const isUntouched = progress.tried.size === 0 && progress.open.length > 0
  const untouched = progress.open.filter((group) => !progress.tried.has(group.searchKey))
  // A cycle that was held back as a whole is skipped; what only a part of it missed is named in its run.
  if (!(isUntouched && reason !== null)) await planForNobody(context, run, untouched)

  const rows = (await database.call('get_run', { run_id: run.runId }))?.alerts ?? []
  const marketOf = open.flatMap(({ market, alerts }) => alerts.map(({ alert }) => [alert.id, market] as const))
  await reportMarkets(context, rows, new Map(marketOf))
  // The database's clock, as in startedAt: ours may have been set meanwhile.
  const { now } = await database.call('read_fleet', {})
  const items = await database.call('read_run_items', { run_id: run.runId })
  const counted = summariseRun(run, rows, items, [...progress.assignments.values()], Date.parse(now))
  // A report in which nothing fell due is as good as any.
  const isQuiet = run.asksAgain && reason === null && counted.status === 'skipped'
  const summary = { ...counted, ...(isQuiet && { status: 'done' as const }), ...(reason !== null && { reason }) }
  await database.call('finish_run', { run_id: run.runId, token: run.token, holder, status: summary.status, summary })
  if (isUntouched && reason === null) throw await nobody(context)
  if (reason !== null) logLine(logger, 'cyclePaused', { reason })
  // Somebody was checked, or nobody had to be: the fleet lives.
  const isAlive = summary.totals.alertsChecked > 0 || (counted.status === 'skipped' && reason === null)
  if (isAlive) void sendHeartbeat(context)
  if (summary.status !== 'skipped') {
    logLine(logger, 'cycleDone', {
      ms: summary.durationMs,
      ok: summary.workers.filter((worker) => worker.ok).length,
      workers: summary.workers.length,
      matches: summary.totals.newMatches,
      errors: summary.totals.errors,
    })
  }
  return summary
}

async function nobody({ database, logger }: Context) {
  const { workers } = await database.call('read_fleet', {})
  const problem = noWorkers(workerAvailability(workers).unavailable)
  logLine(logger, 'nobodyAvailable', { reasons: problem.message })
  return problem
}
