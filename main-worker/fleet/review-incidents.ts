import { stopwatch } from '#shared/clock.ts'
import { DatabaseError } from '#shared/database/open-database.ts'
import type { Context } from '../context.ts'
import { currentIncidents, kindsToSync } from './current-incidents.ts'
import type { FleetSight } from './current-incidents.ts'

async function lookAround({ database, config, databaseWatch, planned }: Context): Promise<FleetSight> {
  const elapsed = stopwatch()
  const fleet = await database.call('read_fleet', {})
  databaseWatch.read(elapsed())
  const [cycles, troubles] = await Promise.all([database.call('read_cycles', {}), database.call('read_troubles', {})])
  // A report names what fell due in it, the plan all there is.
  const searches = planned.roundRequests ?? cycles.searches
  return { fleet, cycles: { ...cycles, searches }, troubles, database: databaseWatch.sight(), pace: config }
}

/** Opens and closes what follows from the state, and tells the owner what is new: once when it opens, once when it closes. */
export async function reviewIncidents(context: Context): Promise<void> {
  const { database, databaseWatch, channel } = context
  try {
    const incidents = currentIncidents(await lookAround(context))
    await database.call('sync_incidents', { kinds: kindsToSync(incidents), incidents })
    databaseWatch.noted()
  } catch (error) {
    if (error instanceof DatabaseError && error.isTransient) databaseWatch.failed()
    throw error
  }
  await database.call('tell_incidents', { channel, language: 'fr' })
}
