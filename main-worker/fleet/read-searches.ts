import type { FleetRow } from '#shared/database/fleet.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { planRequests } from '../schedule/plan-requests.ts'
import { requestsPerHour } from './cycle-capacity.ts'
import { workerAvailability } from './worker-availability.ts'

type Sources = Pick<Context, 'database'> & { config: Pick<Context['config'], 'meanGapMs' | 'schedule'> }

/** How many requests look at every alert once. In the continuous schedule a broader one may serve several searches. */
export async function readSearches(
  { database, config }: Sources,
  fleet: Pick<FleetRow, 'workers' | 'now'>,
  signal?: AbortSignal,
): Promise<number> {
  const due = await database.call('list_due_alerts', {}, signal)
  if (config.schedule === 'cycle') return groupDueAlerts(due).length
  const rates = await database.call('read_search_rates', {}, signal)
  const { available } = workerAvailability(fleet.workers)
  const perHour = requestsPerHour(available, config.meanGapMs)
  return planRequests(due, rates, perHour, Date.parse(fleet.now)).requests.length
}
