import { randomUUID } from 'node:crypto'
import { errorText, ProblemError } from '#shared/errors.ts'
import { isWorthRetrying } from '#shared/contracts/verdict.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { RegionalClient } from '#shared/fleet/regional-client.ts'
import { logLine } from '#shared/log-lines.ts'
import { addressedAlerts, groupDueAlerts, toPlannedItems } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import { CYCLE_LEASE_MS, whileHoldingCycle } from '#shared/runs/hold-cycle.ts'
import { summariseRun } from '#shared/runs/summarise-run.ts'
import type { Assignment } from '#shared/runs/summarise-run.ts'
import { startCheck } from '../commands/execute-command.ts'
import { generateCookies } from '../commands/generate-cookies.ts'
import type { Context } from '../context.ts'

type HeldRun = { runId: string; startedAt: string; token: number; nextAttempt(): number }

/** What is left of a run after a part of it. */
type Rest = { groups: SearchGroup[]; error: string | null; isRefused: boolean }

async function stillOpen({ database }: Context, run: HeldRun, groups: SearchGroup[]): Promise<SearchGroup[]> {
  const items = new Map(
    (await database.call('read_run_items', { run_id: run.runId })).map((item) => [item.searchKey, item]),
  )
  return groups.filter(({ searchKey }) => isWorthRetrying((items.get(searchKey)?.verdict ?? null) as Verdict | null))
}

/** Its own TELEGRAM_CHAT_ID, or the chat that main knows. */
const ownerChat = async ({ config, database }: Context): Promise<string | null> =>
  config.defaultChatId ?? database.call('get_owner_chat', {})

async function checkHere(context: Context, run: HeldRun, groups: SearchGroup[], signal: AbortSignal): Promise<Rest> {
  const attempt = run.nextAttempt()
  const items = toPlannedItems(groups, context.workerId, attempt)
  await context.database.call('plan_run', { run_id: run.runId, token: run.token, items })
  const alerts = addressedAlerts(groups, await ownerChat(context))
  let error: string | null = null
  let isRefused = false
  for await (const event of await startCheck(context, { runId: run.runId, attempt, alerts }, signal)) {
    if (event.kind === 'refused') isRefused = true
    if (event.kind === 'failed') error = event.failure.error
    if (event.kind === 'drain') error = 'this worker is stopping'
  }
  return { groups: await stillOpen(context, run, groups), error, isRefused }
}

/** Makes the sessions that are missing here, each market once. */
async function makeMissingSessions(
  context: Context,
  groups: readonly SearchGroup[],
  signal: AbortSignal,
): Promise<void> {
  for (const market of new Set(groups.map((group) => group.market))) {
    if ((await context.sessions.load(market, signal)) !== null) continue
    logLine(context.logger, 'noCookies', { market })
    await generateCookies(context, { market, method: 'http', force: false }, signal)
  }
}

/** After a refusal here: the rest goes to the first other worker that takes it. */
async function handOver(
  context: Context,
  regions: RegionalClient,
  run: HeldRun,
  rest: SearchGroup[],
  signal: AbortSignal,
) {
  const { config, database, logger, workerId } = context
  for (const worker of config.workers.filter(({ id }) => id !== workerId)) {
    const attempt = run.nextAttempt()
    const alerts = addressedAlerts(rest, await ownerChat(context))
    logLine(logger, 'handedOver', { ...worker, alerts: alerts.length })
    await database.call('plan_run', {
      run_id: run.runId,
      token: run.token,
      items: toPlannedItems(rest, worker.id, attempt),
    })
    const assignment: Assignment = {
      id: worker.id,
      region: worker.region,
      alertIds: new Set(alerts.map(({ id }) => id)),
      error: null,
    }
    try {
      for (const market of new Set(rest.map((group) => group.market))) {
        const payload = { market, method: 'http' as const, force: false }
        await regions.execute(worker, { type: 'generate-cookies', payload }, config.requestTimeoutMs, signal)
      }
      for await (const line of regions.streamCheck(
        worker,
        { runId: run.runId, attempt, alerts },
        config.requestTimeoutMs,
        signal,
      )) {
        if (line.line === 'failed') assignment.error = line.failure.error
      }
      return assignment
    } catch (error) {
      signal.throwIfAborted()
      logLine(logger, 'commandFailed', { command: 'hand over', code: worker.id, error: errorText(error) })
    }
  }
  return null
}

/**
 * One whole cycle on this worker alone (AUTO_RUN_CYCLE), under the same lock as main's: there are never two. With
 * ENABLE_FAILOVER a refusal hands the rest to another worker; without it the rest waits for the next cycle.
 */
export async function runSoloCycle(context: Context, regions: RegionalClient): Promise<void> {
  const { database, bootId, workerId, config, logger, stopping } = context
  const begun = await database.call('begin_run', {
    run_id: randomUUID(),
    holder: bootId,
    ttl_ms: CYCLE_LEASE_MS,
    trigger: 'auto-run',
  })
  if (begun.kind === 'running' || begun.kind === 'known') {
    logLine(logger, 'tickSkipped')
    return
  }
  const items = await database.call('read_run_items', { run_id: begun.run.runId })
  let attempt = Math.max(0, ...items.map((item) => item.attempt))
  const run: HeldRun = {
    runId: begun.run.runId,
    startedAt: begun.run.startedAt,
    token: begun.token,
    nextAttempt: () => (attempt += 1),
  }
  await whileHoldingCycle({ database, holder: bootId, stopping, logger }, async (signal) => {
    const groups = await stillOpen(context, run, groupDueAlerts(await database.call('list_due_alerts', {}, signal)))
    const mine: Assignment = { id: workerId, region: config.region, alertIds: new Set(), error: null }
    const assignments = [mine]
    if (groups.length > 0) {
      for (const alert of addressedAlerts(groups, null)) mine.alertIds.add(alert.id)
      logLine(logger, 'cycleTriggered', { alerts: mine.alertIds.size, trigger: 'auto-run' })
      const rest = await checkWithSessions(context, run, groups, signal)
      mine.error = rest.error
      if (rest.isRefused && config.enableFailover && rest.groups.length > 0) {
        const other = await handOver(context, regions, run, rest.groups, signal)
        if (other) assignments.push(other)
      }
    }
    const rows = (await database.call('get_run', { run_id: run.runId }))?.alerts ?? []
    const items = await database.call('read_run_items', { run_id: run.runId })
    const summary = summariseRun(run, rows, items, assignments, context.clock.now())
    await database.call('finish_run', {
      run_id: run.runId,
      token: run.token,
      holder: bootId,
      status: summary.status,
      summary,
    })
    const { newMatches, errors } = summary.totals
    const ok = assignments.filter((assignment) => assignment.error === null).length
    logLine(logger, 'cycleDone', {
      ms: summary.durationMs,
      ok,
      workers: assignments.length,
      matches: newMatches,
      errors,
    })
  })
}

/** A refusal before the first request (no session to be had, a ban that runs) is told like one on the way. */
async function checkWithSessions(
  context: Context,
  run: HeldRun,
  groups: SearchGroup[],
  signal: AbortSignal,
): Promise<Rest> {
  try {
    await makeMissingSessions(context, groups, signal)
    return await checkHere(context, run, groups, signal)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    await context.database.call('plan_run', {
      run_id: run.runId,
      token: run.token,
      items: toPlannedItems(groups, context.workerId, run.nextAttempt()),
    })
    return { groups, error: error.message, isRefused: error.code === 'BLOCKED' || error.code === 'EGRESS_BANNED' }
  }
}
