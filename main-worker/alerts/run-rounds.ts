import type { WorkerRow } from '#shared/database/fleet.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import type { Assignment } from '#shared/runs/summarise-run.ts'
import type { Context } from '../context.ts'
import { announceBans } from '../fleet/announce-bans.ts'
import { chooseWorker } from '../fleet/choose-worker.ts'
import { pauseWhenRefused } from '../fleet/pause-fleet.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { planCycle } from './plan-cycle.ts'
import { runShare } from './run-share.ts'
import type { HeldRun } from './run-share.ts'
import { settleRound } from './settle-round.ts'

const TRIES_AFTER_PAUSE = 5

/** What a cycle remembers from round to round. */
export type Progress = {
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

/** Requests of a worker against those of an undisturbed one: less after a 429, and workers behind one address share its pace. */
export function paceOf(workers: readonly WorkerRow[], workerId: string): number {
  const worker = workers.find(({ id }) => id === workerId)
  const sharing = workers.filter(({ egress }) => egress === worker?.egress)
  return worker ? 1 / (worker.slowFactor * sharing.length) : 0
}

/** Notes who has what. */
export function assign(progress: Progress, worker: WorkerRow, groups: readonly SearchGroup[]): Assignment {
  const { id, region } = worker
  const mine = progress.assignments.get(id) ?? { id, region, alertIds: new Set(), error: null }
  progress.assignments.set(id, mine)
  for (const group of groups) {
    setOf(progress.tried, group.searchKey).add(id)
    for (const { alert } of group.alerts) mine.alertIds.add(alert.id)
  }
  return mine
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
    (workerId) => paceOf(order, workerId),
  )
  if (shares.length === 0) return false
  const ends = await Promise.allSettled(
    shares.map(async ({ workerId, groups }) => {
      const worker = order.find(({ id }) => id === workerId) as WorkerRow
      const mine = assign(progress, worker, groups)
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
export async function pauseReason({ database }: Context, { tried }: Progress): Promise<string | null> {
  const { pause, isTrial } = await database.call('read_fleet', {})
  if (isTrial && tried.size === 0) return 'no worker is free for the search that tries first after the pause'
  if (isTrial) return 'the searches that tried first after the pause got no good answer'
  return pause && `the fleet is paused ${pause.until === null ? '' : `until ${pause.until} `}(${pause.reason})`
}

/**
 * After a pause because of refusals one search tries first, and the others follow when it was served. One that says nothing
 * either way (a broken page, no session) hands the try to the next; a refusal pauses again.
 */
export async function tryFirst(context: Context, run: HeldRun, progress: Progress, signal: AbortSignal): Promise<void> {
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
export async function runRounds(
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
