import type { Context } from '../context.ts'
import { freshness } from './freshness.ts'
import type { Freshness } from './freshness.ts'
import { readSearches } from './read-searches.ts'

/** The live figures, as `stats` tells them. */
export async function readFreshness({
  database,
  config,
  planned,
}: Pick<Context, 'database' | 'config' | 'planned'>): Promise<Freshness> {
  const [{ workers }, numbers, searches] = await Promise.all([
    database.call('read_fleet', {}),
    database.call('read_fleet_numbers', {}),
    readSearches({ database, planned }),
  ])
  return freshness(numbers, workers, searches, config.meanGapMs)
}
