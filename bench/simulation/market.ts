import { seededRandom } from '../../local/sandbox/random.ts'
import type { Random } from '../../local/sandbox/random.ts'

const HOUR_MS = 3_600_000
/** Finds an hour that the mean search brings: about 200 an hour for the 44 alerts of the first owner. */
const FINDS_PER_SEARCH = 4.5

/** A search and what is listed for it, in the order of time. */
export type SimulatedSearch = {
  key: string
  market: string
  ratePerMs: number
  nextAt: number
  lastCheckedAt: number | null
}

export type Market = {
  random: Random
  searches: SimulatedSearch[]
  listed(search: SimulatedSearch, until: number): number[]
}

const exponential = (random: Random, ratePerMs: number): number => -Math.log(1 - random.next()) / ratePerMs

/** Zipf(1): the second search brings half of what the first one does, the tenth a tenth. Every run of a seed is the same. */
export function createMarket(count: number, seed: number): Market {
  const random = seededRandom(seed)
  const harmonic = Array.from({ length: count }, (_, place) => 1 / (place + 1)).reduce((sum, part) => sum + part, 0)
  const searches = Array.from({ length: count }, (_, place): SimulatedSearch => {
    const ratePerMs = (FINDS_PER_SEARCH * count) / (harmonic * (place + 1)) / HOUR_MS
    const market = ['fr', 'us', 'nl', 'uk'][place % 4] ?? 'fr'
    return { key: String(place), market, ratePerMs, nextAt: exponential(random, ratePerMs), lastCheckedAt: null }
  })
  return {
    random,
    searches,
    /** What was listed since the last call. */
    listed(search, until) {
      const times: number[] = []
      while (search.nextAt <= until) {
        times.push(search.nextAt)
        search.nextAt += exponential(random, search.ratePerMs)
      }
      return times
    },
  }
}
