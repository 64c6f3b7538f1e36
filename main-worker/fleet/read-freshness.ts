import type { Context } from '../context.ts'
import { freshness } from './freshness.ts'
import type { Freshness } from './freshness.ts'
import { readSearches } from './read-searches.ts'

/** The live figures, as `stats` tells them. */
export async function readFreshness({ database, config }: Pick<Context, 'database' | 'config'>): Promise<Freshness> {
  const fleet = await database.call('read_fleet', {})
  const [numbers, searches] = await Promise.all([
    database.call('read_fleet_numbers', {}),
    readSearches({ database, config }, fleet),
  ])
  return freshness(numbers, fleet.workers, searches, config.meanGapMs)
}
