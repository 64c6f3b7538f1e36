import { isWorthRetrying } from '#shared/contracts/verdict.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import { logLine } from '#shared/log-lines.ts'
import { toPlannedItems } from '#shared/runs/group-due-alerts.ts'
import type { SearchGroup } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { findPoison } from './find-poison.ts'
import type { HeldRun } from './run-share.ts'

/** What still needs a result, by what the database holds. Searches that were refused often enough are parked instead. */
export async function settleRound(
  context: Context,
  run: HeldRun,
  open: readonly SearchGroup[],
): Promise<SearchGroup[]> {
  const items = new Map(
    (await context.database.call('read_run_items', { run_id: run.runId })).map((item) => [item.searchKey, item]),
  )
  const poison = await parkPoison(context, run, open, items)
  return open.filter(({ searchKey }) => {
    const item = items.get(searchKey)
    return !poison.has(searchKey) && (!item || isWorthRetrying((item.verdict ?? null) as Verdict | null))
  })
}

/** The run shall name the alerts that nobody checks. */
export async function planForNobody({ database }: Context, run: HeldRun, open: readonly SearchGroup[]): Promise<void> {
  if (open.length === 0) return
  const items = toPlannedItems(open, 'nobody', run.nextAttempt())
  await database.call('plan_run', { run_id: run.runId, token: run.token, items })
}

/** Answers the searches that wait until the bans they caused are over. */
async function parkPoison(
  context: Context,
  run: HeldRun,
  open: readonly SearchGroup[],
  planned: ReadonlyMap<string, unknown>,
): Promise<Map<string, string>> {
  const { database, config, logger } = context
  const [{ now }, refusals] = await Promise.all([database.call('read_fleet', {}), database.call('read_refusals', {})])
  const poison = findPoison(refusals, config.maxRefusalsPerSearch, Date.parse(now))
  const poisonous = open.filter(({ searchKey }) => poison.has(searchKey))
  // Refused by single commands before this run: it has no place in the plan yet.
  await planForNobody(
    context,
    run,
    poisonous.filter(({ searchKey }) => !planned.has(searchKey)),
  )
  for (const group of poisonous) {
    const until = poison.get(group.searchKey) ?? null
    await database.call('park_alerts', {
      run_id: run.runId,
      token: run.token,
      alert_ids: group.alerts.map(({ alert }) => alert.id),
      reason: `refused (403) on ${config.maxRefusalsPerSearch} workers; waits until their bans end`,
      until,
    })
    logLine(logger, 'searchParked', { alerts: group.alerts.length, until })
  }
  return poison
}
