import type { Contender } from './contenders.ts'
import { createMarket } from './market.ts'
import { createTally } from './tally.ts'
import type { Result } from './tally.ts'

export const SEED = 20_261_122
const HOUR_MS = 3_600_000

/** How many alerts have the same words: one, or three on average. */
export type PerFamily = 1 | 3

/** Rates are learned in a night; larger fleets find enough in less. */
export function hoursOf(alerts: number): { warmUp: number; measured: number } {
  if (alerts > 1_000) return { warmUp: 12, measured: 12 }
  return alerts > 200 ? { warmUp: 24, measured: 24 } : { warmUp: 24, measured: 72 }
}

/** What a table says of its windows. */
export const windowsOf = (sizes: readonly number[]): string => {
  const windows = sizes.map(
    (alerts) => `${alerts} alerts: ${hoursOf(alerts).measured} h after ${hoursOf(alerts).warmUp} h`,
  )
  return `seed ${SEED}, ${windows.join(', ')}`
}

export function simulate(contender: Contender, alerts: number, perFamily: PerFamily, workers: number): Result {
  const { warmUp, measured } = hoursOf(alerts)
  const until = (warmUp + measured) * HOUR_MS
  const tally = createTally(warmUp * HOUR_MS, until, workers)
  const market = createMarket(alerts, perFamily, SEED)
  contender({ market, tally, workers, until })
  for (const search of market.searches) tally.untold(market.listed(search, until))
  return tally.result()
}
