import { Search } from '#shared/contracts/alert.ts'
import { isWorthRetrying } from '#shared/contracts/verdict.ts'
import type { WorkerRow } from '#shared/database/fleet.ts'
import { errorText } from '#shared/errors.ts'
import { WorkerFailedError, WorkerLostError } from '#shared/fleet/regional-client.ts'
import { logLine } from '#shared/log-lines.ts'
import { pause } from '#shared/repeat.ts'
import type { Context } from '../context.ts'
import { sendCommand, streamCheck } from '../fleet/ask-worker.ts'
import { checkWorker } from '../fleet/check-health.ts'
import { addressedAlerts, toPlannedItems } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'

/**
 * The run as its main holds it. `nextAttempt` numbers every hand-over: the fence of take_slot and record_check. `asksAgain`: a
 * search may be due more than once in it.
 */
export type HeldRun = { runId: string; startedAt: string; token: number; asksAgain: boolean; nextAttempt(): number }

/** How a worker's part ended. What was really checked stands in the database. `isOpen`: another may fare better with some of it. */
export type ShareOutcome = { error: string | null; refused: boolean; isOpen: boolean }

type StreamOutcome = ShareOutcome & { noSession: Set<string>; isBusy: boolean; newMatches: number }

/** A busy worker is mostly one that ends an old plan: it is refused its next slot and free soon. */
const BUSY = { tries: 10, everyMs: 3_000 }

async function plan({ database }: Context, run: HeldRun, workerId: string, groups: readonly SearchGroup[]) {
  const attempt = run.nextAttempt()
  const items = toPlannedItems(groups, workerId, attempt, run.asksAgain)
  const planned = new Set(await database.call('plan_run', { run_id: run.runId, token: run.token, items }))
  return { attempt, groups: groups.filter((group) => planned.has(group.searchKey)) }
}

async function streamOnce(
  context: Context,
  run: HeldRun,
  worker: WorkerRow,
  groups: readonly SearchGroup[],
  signal: AbortSignal,
): Promise<StreamOutcome> {
  const planned = await plan(context, run, worker.id, groups)
  const outcome: StreamOutcome = {
    error: null,
    refused: false,
    isOpen: false,
    noSession: new Set(),
    isBusy: false,
    newMatches: 0,
  }
  const alerts = addressedAlerts(planned.groups, await context.database.call('get_owner_chat', {}))
  if (alerts.length === 0) return outcome
  const markets = new Map(alerts.map((alert) => [alert.id, alert.market]))
  // A broader search comes alone (run-schedule); it is made of an alert's.
  const cover = planned.groups[0]?.cover
  let isEnded = false
  try {
    for await (const line of streamCheck(
      context,
      worker,
      { runId: run.runId, attempt: planned.attempt, alerts, ...(cover && { cover: Search.parse(cover) }) },
      signal,
    )) {
      if (line.line === 'alert-checked') {
        outcome.newMatches += line.newMatches
        outcome.isOpen ||= isWorthRetrying(line.verdict)
        // Made of valid searches, it is not one itself: they are asked by themselves then.
        if (cover && line.verdict === 'bad-search')
          outcome.error = `the site takes a broader search for none (${line.error})`
        if (line.verdict === 'no-session') outcome.noSession.add(markets.get(line.alertId) ?? '')
      }
      if (line.line === 'refused') outcome.refused = line.verdict !== 'throttled'
      if (line.line === 'failed') outcome.error = line.failure.error
      if (line.line === 'drain') outcome.error = 'the worker is stopping'
      isEnded = line.line === 'done' || line.line === 'failed' || line.line === 'drain'
    }
    if (!isEnded) throw new WorkerLostError('the stream broke off')
  } catch (error) {
    signal.throwIfAborted()
    outcome.error = errorText(error)
    if (error instanceof WorkerFailedError) {
      outcome.isBusy = error.failure.code === 'WORKER_BUSY'
      for (const market of error.failure.code === 'NO_SCRAPING_COOKIES' ? (error.failure.markets ?? []) : [])
        outcome.noSession.add(market)
    } else {
      // Looked at now, but not waited for: a worker that hangs would hold its searches for the length of a health check.
      checkWorker(context, worker, false, signal).catch((failed: unknown) => {
        if (!signal.aborted) logLine(context.logger, 'loopFailed', { loop: 'health', error: errorText(failed) })
      })
    }
  }
  return outcome
}

/** Asks for the missing sessions, once per market, on the worker that will use them. Answers what went wrong with the last that failed. */
async function makeSessions(
  context: Context,
  worker: WorkerRow,
  markets: Set<string>,
  signal: AbortSignal,
): Promise<{ isAnyMade: boolean; error: string | null }> {
  let isAnyMade = false
  let last: string | null = null
  for (const market of markets) {
    logLine(context.logger, 'attempt', { ...worker, attempt: 1, of: 1, command: `generate-cookies ${market}` })
    try {
      await sendCommand(
        context,
        worker,
        { type: 'generate-cookies', payload: { market, method: 'http', force: false } },
        signal,
      )
      isAnyMade = true
    } catch (error) {
      signal.throwIfAborted()
      last = `no session for ${market}: ${errorText(error)}`
      logLine(context.logger, 'attemptFailed', { ...worker, attempt: 1, of: 1, error: errorText(error) })
    }
  }
  return { isAnyMade, error: last }
}

/** One worker's part of a round: its searches, its missing sessions made and those searches tried again. */
export async function runShare(
  context: Context,
  run: HeldRun,
  worker: WorkerRow,
  groups: readonly SearchGroup[],
  signal: AbortSignal,
): Promise<ShareOutcome> {
  let outcome = await streamOnce(context, run, worker, groups, signal)
  for (let tried = 1; outcome.isBusy && tried < BUSY.tries; tried += 1) {
    await pause(BUSY.everyMs, signal)
    outcome = await streamOnce(context, run, worker, groups, signal)
  }
  let { newMatches } = outcome
  if (outcome.noSession.size > 0 && !outcome.refused) {
    const again = groups.filter((group) => outcome.noSession.has(group.market))
    const sessions = await makeSessions(context, worker, outcome.noSession, signal)
    if (sessions.isAnyMade) outcome = await streamOnce(context, run, worker, again, signal)
    newMatches += sessions.isAnyMade ? outcome.newMatches : 0
    outcome.error = sessions.error ?? outcome.error
  }
  const alerts = groups.reduce((total, group) => total + group.alerts.length, 0)
  logLine(context.logger, 'workerMatches', { ...worker, matches: newMatches, alerts })
  return { error: outcome.error, refused: outcome.refused, isOpen: outcome.isOpen }
}
