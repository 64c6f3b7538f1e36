import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { freshness } from './freshness.ts'
import type { Freshness } from './freshness.ts'

/** The live figures, as `stats` tells them. */
export async function readFreshness({ database, config }: Pick<Context, 'database' | 'config'>): Promise<Freshness> {
  const [{ workers }, numbers, due] = await Promise.all([
    database.call('read_fleet', {}),
    database.call('read_fleet_numbers', {}),
    database.call('list_due_alerts', {}),
  ])
  return freshness(numbers, workers, groupDueAlerts(due).length, config.meanGapMs)
}
