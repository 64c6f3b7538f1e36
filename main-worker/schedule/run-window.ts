import { stopwatch } from '#shared/clock.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { pause, repeat } from '#shared/repeat.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { workerAvailability } from '../fleet/worker-availability.ts'
import { createAgenda } from './agenda.ts'
import type { Agenda, RequestEnd } from './agenda.ts'
import type { Plan } from './read-plan.ts'

/** Rates change slowly; a new alert, or a worker that came or went, is looked for more often. */
export const PLAN_MS = 60_000
export const LOOK_MS = 5_000
/** How long a worker for which nothing is due waits before it looks again. */
const IDLE_MS = 1_000

export type Window = {
  lengthMs: number
  /** How often it looks whether something changed that the plan does not know. */
  lookMs: number
  workerIds: readonly string[]
  /** `failedCovers` are left alone: their searches are asked by themselves. */
  readPlan(failedCovers: ReadonlySet<string>): Promise<Plan>
  /** Asks one search on one worker; what came of it stands in the database. Throws when that is away: an unknown end. */
  ask(worker: WorkerRow, group: SearchGroup): Promise<RequestEnd>
}

/**
 * Each worker asks the latest of the searches that are due, one after the other, until the window is over: then each ends the
 * request in flight. What failed goes to other workers, MAX_RETRIES of them at most a minute. A paused fleet ends the window.
 * Answers whether anybody was there to ask, had something been due.
 */
export async function runWindow(context: Context, window: Window, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController()
  const elapsedMs = stopwatch()
  const failedCovers = new Set<string>()
  const first = await window.readPlan(failedCovers)
  if (first.isPaused) return false
  let isServed = first.workers.size > 0
  const agenda = createAgenda(first, context.config.maxRetries)
  let plannedAtMs = 0
  const now = (): number => agenda.plan().now + elapsedMs() - plannedAtMs
  const isOver = (): boolean => over.signal.aborted || signal.aborted

  const planAgain = async (): Promise<void> => {
    const readAtMs = elapsedMs()
    const next = await window.readPlan(failedCovers)
    agenda.replace(next)
    if (agenda.plan() === next) plannedAtMs = readAtMs
    isServed ||= agenda.plan().workers.size > 0
    if (agenda.plan().isPaused) over.abort()
  }
  const look = async (): Promise<void> => {
    if (elapsedMs() >= window.lengthMs) return over.abort()
    const isOld = elapsedMs() - plannedAtMs >= PLAN_MS
    if (isOld) agenda.forgive()
    if (isOld || (await hasNews(context, agenda, signal))) await planAgain()
  }
  const work = async (workerId: string): Promise<void> => {
    while (!isOver()) {
      const worker = agenda.plan().workers.get(workerId)
      const group = worker ? agenda.take(worker.id, now()) : null
      if (!worker || group === null) {
        await pause(IDLE_MS, over.signal)
        continue
      }
      const end = (await guarded(context, signal, () => window.ask(worker, group))) ?? 'unknown'
      agenda.end(workerId, group.searchKey, end, now())
      if (end === 'failed' && group.cover) failedCovers.add(group.searchKey)
      // Who was refused or lost is not asked on: the next plan knows.
      if (end !== 'good') await guarded(context, signal, planAgain)
    }
  }
  const looking = repeat(window.lookMs, () => guarded(context, signal, look), over.signal)
  await Promise.all(window.workerIds.map(work))
  over.abort()
  await looking
  signal.throwIfAborted()
  return isServed
}

/** Whether the plan would be another one now: somebody waits for a first look, a worker came or went, the fleet is paused. */
async function hasNews({ database }: Context, agenda: Agenda, signal: AbortSignal): Promise<boolean> {
  const [newAlerts, { workers, pause: fleetPause }] = await Promise.all([
    database.call('count_new_alerts', {}, signal),
    database.call('read_fleet', {}, signal),
  ])
  const { available } = workerAvailability(workers)
  const planned = agenda.plan().workers
  const isSameFleet = available.length === planned.size && available.every(({ id }) => planned.has(id))
  return newAlerts > agenda.newAlerts() || !isSameFleet || fleetPause !== null
}

/** A database that is away for a while ends no window: it is said, and looked at again a little later. */
async function guarded<Result>(
  { logger }: Context,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted) return undefined
    logLine(logger, 'loopFailed', { loop: 'schedule', error: errorText(error) })
    await pause(IDLE_MS, signal)
    return undefined
  }
}
