import type { WorkerRow } from '#shared/database/fleet.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import type { Assignment } from '#shared/runs/summarise-run.ts'
import { assign, pauseReason, tryFirst } from '../alerts/run-rounds.ts'
import type { Progress } from '../alerts/run-rounds.ts'
import { runShare } from '../alerts/run-share.ts'
import type { HeldRun } from '../alerts/run-share.ts'
import { settleRound } from '../alerts/settle-round.ts'
import type { Context } from '../context.ts'
import { announceBans } from '../fleet/announce-bans.ts'
import { pauseWhenRefused } from '../fleet/pause-fleet.ts'
import type { RequestEnd } from './agenda.ts'
import { readPlan } from './read-plan.ts'
import { LOOK_MS, PLAN_MS, runWindow } from './run-window.ts'

/** Asked again and again, an alert counts for the worker that checked it last, and for one whose last request failed. */
export function handOver(
  { assignments }: Pick<Progress, 'assignments'>,
  to: Assignment,
  { alerts }: SearchGroup,
): void {
  const others = [...assignments.values()].filter((other) => other !== to && other.error === null)
  for (const other of others) for (const { alert } of alerts) other.alertIds.delete(alert.id)
}

/** One search on one worker, out of a schedule. */
async function askScheduled(
  context: Context,
  run: HeldRun,
  progress: Progress,
  worker: WorkerRow,
  group: SearchGroup,
  signal: AbortSignal,
): Promise<RequestEnd> {
  const mine = assign(progress, worker, [group])
  const { error, isOpen } = await runShare(context, run, worker, [group], signal)
  mine.error = error
  if (error === null) handOver(progress, mine, group)
  if (error === null && !isOpen) return 'good'
  await announceBans(context, signal)
  await pauseWhenRefused(context)
  await settleRound(context, run, [group])
  return 'failed'
}

/**
 * SCHEDULE=continuous: until the interval is over each search is asked when it is due. Answers why it was held back, null if not.
 */
export async function runSchedule(
  context: Context,
  run: HeldRun,
  progress: Progress,
  signal: AbortSignal,
): Promise<string | null> {
  await tryFirst(context, run, progress, signal)
  const reason = await pauseReason(context, progress)
  if (reason !== null) return reason
  const window = {
    lengthMs: context.config.cycleEveryMs ?? PLAN_MS,
    lookMs: LOOK_MS,
    workerIds: context.config.workers.map(({ id }) => id),
    readPlan: (failedCovers: ReadonlySet<string>) => readPlan(context, failedCovers, PLAN_MS, signal),
    ask: (worker: WorkerRow, group: SearchGroup) => askScheduled(context, run, progress, worker, group, signal),
  }
  const isServed = await runWindow(context, window, signal)
  // What was not due, or waits for its turn, is no failure; only when nobody could be asked is somebody missed.
  if (isServed || progress.tried.size > 0) progress.open = []
  return pauseReason(context, progress)
}
