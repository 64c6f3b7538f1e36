import type { RunSummary } from '#shared/contracts/run.ts'
import { isWorthRetrying } from '#shared/contracts/verdict.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { WorkerRow } from '#shared/database/rows.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { announceBans } from '../fleet/announce-bans.ts'
import { noWorkers } from '../fleet/ask-worker.ts'
import { chooseWorker } from '../fleet/choose-worker.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { reportMarkets } from '../fleet/report-markets.ts'
import { findPoison } from './find-poison.ts'
import { groupDueAlerts, toPlannedItems } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { planCycle } from './plan-cycle.ts'
import { runShare } from './run-share.ts'
import type { HeldRun } from './run-share.ts'
import { summariseRun } from '#shared/runs/summarise-run.ts'
import type { Assignment } from '#shared/runs/summarise-run.ts'

/** What a cycle remembers from round to round. */
type Progress = {
  open: SearchGroup[]
  /** Workers that had a search already, and those that were refused for it. */
  tried: Map<string, Set<string>>
  refused: Map<string, Set<string>>
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

/** After a round: what is settled leaves `open`; refusals are counted, and a poisonous search is parked. */
async function settleRound(context: Context, run: HeldRun, progress: Progress): Promise<void> {
  const { database, config, clock, logger } = context
  const items = new Map(
    (await database.call('read_run_items', { run_id: run.runId })).map((item) => [item.searchKey, item]),
  )
  const { workers } = await database.call('read_fleet', {})
  const still: SearchGroup[] = []
  for (const group of progress.open) {
    const item = items.get(group.searchKey)
    const verdict = (item?.verdict ?? null) as Verdict | null
    if (item && (verdict === 'blocked' || verdict === 'challenged'))
      setOf(progress.refused, group.searchKey).add(item.workerId)
    const refusers = setOf(progress.refused, group.searchKey)
    if (refusers.size >= config.maxRefusalsPerSearch) {
      const poison = findPoison(
        workers.filter(({ id }) => refusers.has(id)),
        config.maxRefusalsPerSearch,
        clock.now(),
      )
      // With one search there is no other that succeeds.
      if (!poison.isPoison || items.size < 2) continue
      const ids = group.alerts.map(({ alert }) => alert.id)
      const reason = `refused (403) on ${refusers.size} workers that serve other searches`
      await database.call('park_alerts', {
        run_id: run.runId,
        token: run.token,
        alert_ids: ids,
        reason,
        until: poison.until,
      })
      logLine(logger, 'searchParked', { alerts: ids.length, until: poison.until })
    } else if (!item || isWorthRetrying(verdict)) still.push(group)
  }
  progress.open = still
}

async function runRound(context: Context, run: HeldRun, progress: Progress, signal: AbortSignal): Promise<boolean> {
  const { workers, cursor } = await context.database.call('read_fleet', {}, signal)
  const order = await orderWorkers(context, workerAvailability(workers).available, cursor)
  if (order.length === 0) return false
  const rests = await context.database.call('list_market_rests', {}, signal)
  const markets = new Map(progress.open.map((group) => [group.searchKey, group.market]))
  const avoid = (searchKey: string, workerId: string): boolean =>
    (progress.tried.get(searchKey)?.has(workerId) ?? false) ||
    rests.some((rest) => rest.workerId === workerId && rest.market === markets.get(searchKey))
  const shares = planCycle(
    progress.open,
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
  await settleRound(context, run, progress)
  return true
}

/**
 * One cycle over the alerts that are due, or what an unfinished one left open. Rounds: every open search goes to an available
 * worker that has not had it; what is left afterwards goes to the others, MAX_RETRIES rounds at the most. Throws ProblemError
 * NO_WORKERS_AVAILABLE when nobody could be asked at all; the run is recorded as failed then.
 */
export async function runAlertCycle(
  context: Context,
  run: HeldRun,
  resumed: { openKeys: Set<string> } | null,
  trigger: string,
  signal: AbortSignal,
): Promise<RunSummary> {
  const { database, config, logger, holder, clock } = context
  const due = groupDueAlerts(await database.call('list_due_alerts', {}, signal))
  const open = resumed ? due.filter((group) => resumed.openKeys.has(group.searchKey)) : due
  const progress: Progress = { open, tried: new Map(), refused: new Map(), assignments: new Map() }
  if (resumed) logLine(logger, 'cycleResumed', { left: open.length })
  else if (open.length === 0) logLine(logger, 'cycleSkipped')
  else
    logLine(logger, 'cycleTriggered', {
      alerts: open.reduce((total, group) => total + group.alerts.length, 0),
      trigger,
    })

  let rounds = 0
  while (progress.open.length > 0 && rounds < config.maxRetries && (await runRound(context, run, progress, signal)))
    rounds += 1
  const isNobodyThere = rounds === 0 && progress.open.length > 0
  const untouched = progress.open.filter((group) => !progress.tried.has(group.searchKey))
  if (untouched.length > 0) await planForNobody(context, run, untouched)

  const rows = (await database.call('get_run', { run_id: run.runId }))?.alerts ?? []
  await reportMarkets(context, rows, new Map(open.map((group) => [group.searchKey, group.market])))
  const summary = summariseRun(run, rows, [...progress.assignments.values()], clock.now())
  await database.call('finish_run', { run_id: run.runId, token: run.token, holder, status: summary.status, summary })
  if (isNobodyThere) throw await nobody(context)
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

/** The run shall name the alerts that nobody could check. */
async function planForNobody({ database }: Context, run: HeldRun, open: readonly SearchGroup[]): Promise<void> {
  const items = toPlannedItems(open, 'nobody', run.nextAttempt())
  await database.call('plan_run', { run_id: run.runId, token: run.token, items })
}

async function nobody({ database, logger }: Context) {
  const { workers } = await database.call('read_fleet', {})
  const problem = noWorkers(workerAvailability(workers).unavailable)
  logLine(logger, 'nobodyAvailable', { reasons: problem.message })
  return problem
}
