import type { RunSummary } from '#shared/contracts/run.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { announceBans } from '../fleet/announce-bans.ts'
import { noWorkers } from '../fleet/ask-worker.ts'
import { pauseWhenRefused } from '../fleet/pause-fleet.ts'
import { sendHeartbeat } from '../fleet/send-heartbeat.ts'
import { chooseWorker } from '../fleet/choose-worker.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { reportMarkets } from '../fleet/report-markets.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { planCycle } from './plan-cycle.ts'
import { runShare } from './run-share.ts'
import { planForNobody, settleRound } from './settle-round.ts'
import type { HeldRun } from './run-share.ts'
import { summariseRun } from '#shared/runs/summarise-run.ts'
import type { Assignment } from '#shared/runs/summarise-run.ts'

const TRIES_AFTER_PAUSE = 5

/** What a cycle remembers from round to round. */
type Progress = {
  open: SearchGroup[]
  /** Workers that had a search already. */
  tried: Map<string, Set<string>>
  assignments: Map<string, Assignment>
}

const setOf = (map: Map<string, Set<string>>, key: string): Set<string> => {
  const set = map.get(key) ?? new Set<string>()
  map.set(key, set)
  return set
}

/** The order in which workers take the remainder of a split: chosen one after the other by the strategy. */
async function orderWorkers(
  { config, database, random }: Context,
  available: readonly WorkerRow[],
  cursor: string | null,
) {
  const order: WorkerRow[] = []
  let last = cursor
  for (let left = [...available]; left.length > 0; left = left.filter((worker) => !order.includes(worker))) {
    const next = chooseWorker(config.strategy, left, { cursor: last, random })
    if (!next) break
    order.push(next)
    last = next.id
  }
  if (config.strategy === 'round-robin' && order[0]) {
    await database.call('set_round_robin_cursor', { worker_id: order[0].id })
  }
  return order
}

/** Each of `groups` goes to a worker that has not had it. False when nothing could be given to anybody. */
async function runRound(
  context: Context,
  run: HeldRun,
  progress: Progress,
  groups: readonly SearchGroup[],
  signal: AbortSignal,
): Promise<boolean> {
  const { workers, cursor, pause } = await context.database.call('read_fleet', {}, signal)
  const order = await orderWorkers(context, workerAvailability(workers).available, cursor)
  if (pause !== null || order.length === 0) return false
  const rests = await context.database.call('list_market_rests', {}, signal)
  const markets = new Map(progress.open.map((group) => [group.searchKey, group.market]))
  const avoid = (searchKey: string, workerId: string): boolean =>
    (progress.tried.get(searchKey)?.has(workerId) ?? false) ||
    rests.some((rest) => rest.workerId === workerId && rest.market === markets.get(searchKey))
  const shares = planCycle(
    groups,
    order.map(({ id }) => id),
    avoid,
  )
  if (shares.length === 0) return false
  const ends = await Promise.allSettled(
    shares.map(async ({ workerId, groups }) => {
      const worker = order.find(({ id }) => id === workerId) as WorkerRow
      const mine = progress.assignments.get(workerId) ?? {
        id: workerId,
        region: worker.region,
        alertIds: new Set(),
        error: null,
      }
      progress.assignments.set(workerId, mine)
      for (const group of groups) {
        setOf(progress.tried, group.searchKey).add(workerId)
        for (const { alert } of group.alerts) mine.alertIds.add(alert.id)
      }
      mine.error = (await runShare(context, run, worker, groups, signal)).error
    }),
  )
  signal.throwIfAborted()
  for (const [place, end] of ends.entries()) {
    if (end.status === 'fulfilled') continue
    const assignment = progress.assignments.get(shares[place]?.workerId ?? '')
    if (assignment) assignment.error = errorText(end.reason)
  }
  await announceBans(context, signal)
  await pauseWhenRefused(context)
  progress.open = await settleRound(context, run, progress.open)
  return true
}

/** Why nothing may go to the site now; null when it may. */
async function pauseReason({ database }: Context, { tried }: Progress): Promise<string | null> {
  const { pause, isTrial } = await database.call('read_fleet', {})
  if (isTrial && tried.size === 0) return 'no worker is free for the search that tries first after the pause'
  if (isTrial) return 'the searches that tried first after the pause got no good answer'
  return pause && `the fleet is paused ${pause.until === null ? '' : `until ${pause.until} `}(${pause.reason})`
}

/**
 * After a pause because of refusals one search tries first, and the others follow when it was served. One that says nothing
 * either way (a broken page, no session) hands the try to the next; a refusal pauses again.
 */
async function tryFirst(context: Context, run: HeldRun, progress: Progress, signal: AbortSignal): Promise<void> {
  for (const group of progress.open.slice(0, TRIES_AFTER_PAUSE)) {
    const { isTrial } = await context.database.call('read_fleet', {}, signal)
    if (!isTrial) return
    if (await runRound(context, run, progress, [group], signal)) logLine(context.logger, 'fleetTrial')
  }
}

/**
 * Rounds: every open search goes to an available worker that has not had it; what is left goes to the others, MAX_RETRIES
 * rounds at the most. Answers why it was held back, null if not.
 */
async function runRounds(
  context: Context,
  run: HeldRun,
  progress: Progress,
  signal: AbortSignal,
): Promise<string | null> {
  progress.open = await settleRound(context, run, progress.open)
  await tryFirst(context, run, progress, signal)
  for (let round = 0; round < context.config.maxRetries && progress.open.length > 0; round += 1) {
    const reason = await pauseReason(context, progress)
    if (reason !== null) return reason
    if (!(await runRound(context, run, progress, progress.open, signal))) break
  }
  return progress.open.length > 0 ? pauseReason(context, progress) : null
}

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

  const reason = await runRounds(context, run, progress, signal)
  const isUntouched = progress.tried.size === 0 && progress.open.length > 0
  const untouched = progress.open.filter((group) => !progress.tried.has(group.searchKey))
  // A cycle that was held back as a whole is skipped; what only a part of it missed is named in its run.
  if (!(isUntouched && reason !== null)) await planForNobody(context, run, untouched)

  const rows = (await database.call('get_run', { run_id: run.runId }))?.alerts ?? []
  await reportMarkets(context, rows, new Map(open.map((group) => [group.searchKey, group.market])))
  // The database's clock, as in startedAt: ours may have been set meanwhile.
  const { now } = await database.call('read_fleet', {})
  const counted = summariseRun(run, rows, [...progress.assignments.values()], Date.parse(now))
  const summary = { ...counted, ...(reason !== null && { reason }) }
  await database.call('finish_run', { run_id: run.runId, token: run.token, holder, status: summary.status, summary })
  if (isUntouched && reason === null) throw await nobody(context)
  if (reason !== null) logLine(logger, 'cyclePaused', { reason })
  // Somebody was checked, or nobody had to be: the fleet lives.
  const isAlive = summary.totals.alertsChecked > 0 || (summary.status === 'skipped' && reason === null)
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
