import { stopwatch } from '#shared/clock.ts'
import { groupDueAlerts } from '#shared/runs/group-due-alerts.ts'
import type { Context } from '../context.ts'
import { currentIncidents, STATE_KINDS } from './current-incidents.ts'
import type { FleetSight } from './current-incidents.ts'

async function lookAround({ database, config, databaseWatch }: Context): Promise<FleetSight> {
  const elapsed = stopwatch()
  const fleet = await database.call('read_fleet', {})
  databaseWatch.read(elapsed())
  const [numbers, troubles, due] = await Promise.all([
    database.call('read_fleet_numbers', {}),
    database.call('read_troubles', {}),
    database.call('list_due_alerts', {}),
  ])
  const searches = groupDueAlerts(due).length
  return { fleet, numbers, troubles, searches, database: databaseWatch.sight(), pace: config }
}

/** Opens and closes what follows from the state, and tells the owner what is new: once when it opens, once when it closes. */
export async function reviewIncidents(context: Context): Promise<void> {
  const { database, databaseWatch, channel } = context
  try {
    const incidents = currentIncidents(await lookAround(context))
    await database.call('sync_incidents', { kinds: [...STATE_KINDS], incidents })
    databaseWatch.noted()
  } catch (error) {
    databaseWatch.failed()
    throw error
  }
  await database.call('tell_incidents', { channel, language: 'fr' })
}
