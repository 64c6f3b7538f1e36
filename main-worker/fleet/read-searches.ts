import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'

/** How many requests look at every alert once: one for each search, fewer where the last plan lets them share. */
export async function readSearches(
  { database, planned }: Pick<Context, 'database' | 'planned'>,
  signal?: AbortSignal,
): Promise<number> {
  return planned.roundRequests ?? groupDueAlerts(await database.call('list_due_alerts', {}, signal)).length
}
