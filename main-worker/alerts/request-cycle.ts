import { randomUUID } from 'node:crypto'
import type { Run, RunSummary } from '#shared/contracts/run.ts'
import { isWorthRetrying } from '#shared/contracts/verdict.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import { DatabaseError } from '#shared/database/open-database.ts'
import { errorText, ProblemError } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { pause } from '#shared/repeat.ts'
import { CYCLE_LEASE_MS, whileHoldingCycle } from '#shared/runs/hold-cycle.ts'
import type { Context } from '../context.ts'
import { runAlertCycle } from './run-alert-cycle.ts'

const LOOK_EVERY_MS = 1_000

/** `joined`: the cycle ran already, here or in another process. `done` waits for its end, and may reject with ProblemError. */
export type RequestedCycle = { runId: string; joined: boolean; done(): Promise<RunSummary> }

async function work(
  everyday: Context,
  run: Run,
  token: number,
  isResumed: boolean,
  trigger: string,
): Promise<RunSummary> {
  const context = { ...everyday, logger: everyday.logger.child({ runId: run.runId, correlationId: run.runId }) }
  const items = await context.database.call('read_run_items', { run_id: run.runId })
  let attempt = Math.max(0, ...items.map((item) => item.attempt))
  // Whoever asks for a cycle gets one pass; the clock's own is a window of the schedule.
  const asksAgain = context.config.schedule === 'continuous' && trigger === 'clock'
  const held = { runId: run.runId, startedAt: run.startedAt, token, asksAgain, nextAttempt: () => (attempt += 1) }
  const openKeys = new Set(
    items
      .filter((item) => item.state === 'planned' || isWorthRetrying(item.verdict as Verdict | null))
      .map((item) => item.searchKey),
  )
  // A main that died before it planned anything left nothing to take over but the run itself.
  const resumed = isResumed && items.length > 0 ? { openKeys } : null
  return whileHoldingCycle(context, (signal) => runAlertCycle(context, held, resumed, trigger, signal))
}

/** Waits for a cycle that another process runs. */
async function follow({ database, stopping }: Context, runId: string): Promise<RunSummary> {
  for (;;) {
    const run = await database.call('get_run', { run_id: runId }, stopping)
    if (run?.summary) return run.summary
    if (run?.status !== 'running') throw new ProblemError(404, 'NOT_FOUND', `run ${runId} is gone`)
    await pause(LOOK_EVERY_MS, stopping)
    stopping.throwIfAborted()
  }
}

/** A write that was refused because the run went to another main is counted: `stats` shows it. */
async function reportFailure({ database, logger, stopping }: Context, error: unknown): Promise<void> {
  if (stopping.aborted) return
  logLine(logger, 'cycleFailed', { error: errorText(error) })
  if (!(error instanceof DatabaseError && error.isStale)) return
  await database.call('count_stale_write', {}).catch((failed: unknown) => {
    logLine(logger, 'databaseFailed', { code: 'COUNT', error: errorText(failed) })
  })
}

type Request = { trigger: string; idempotencyKey?: string | null }

const join = (context: Context, run: Run): RequestedCycle => ({
  runId: run.runId,
  joined: true,
  done: async () => run.summary ?? follow(context, run.runId),
})

async function begin(context: Context, { trigger, idempotencyKey = null }: Request): Promise<RequestedCycle> {
  const { database, holder, cycle } = context
  if (cycle.current) {
    const bound =
      idempotencyKey &&
      (await database.call('bind_run_key', { idempotency_key: idempotencyKey, run_id: cycle.current.runId }))
    const { runId, done } = cycle.current
    return bound && bound.runId !== runId ? join(context, bound) : { runId, joined: true, done: () => done }
  }
  const begun = await database.call('begin_run', {
    run_id: randomUUID(),
    holder,
    ttl_ms: CYCLE_LEASE_MS,
    trigger,
    idempotency_key: idempotencyKey,
  })
  if (begun.kind === 'known' || begun.kind === 'running') {
    if (begun.run) return join(context, begun.run)
    throw new ProblemError(409, 'CYCLE_STARTING', 'another process is about to start a cycle; try again')
  }
  const { run, token } = begun
  const done = work(context, run, token, begun.kind === 'resumed', trigger).finally(() => {
    cycle.current = null
  })
  cycle.current = { runId: run.runId, done }
  done.catch((error: unknown) => reportFailure(context, error))
  return { runId: run.runId, joined: false, done: () => done }
}

/**
 * An unfinished cycle of a main that is gone, once its lease has run out; one that another main works on goes on there. In the
 * lane, so that a cycle of our own that has just ended is never taken for a lost one.
 */
export const takeOverCycle = (context: Context, signal: AbortSignal): Promise<void> =>
  context.cycle.lane(async () => {
    if (context.cycle.current) return
    const { runningCycle } = await context.database.call('read_cycles', {}, signal)
    if (runningCycle) await begin(context, { trigger: runningCycle.trigger })
  })

/**
 * Starts a cycle, or joins the one that runs: there are never two, whoever asks. A key that was used before leads to its run.
 * The caller may go away: the cycle goes on.
 */
export const requestCycle = (context: Context, request: Request): Promise<RequestedCycle> =>
  context.cycle.lane(() => begin(context, request))
