import { seededRandom } from '../../local/sandbox/random.ts'
import type { Random } from '../../local/sandbox/random.ts'
import type { Search } from '../../shared/contracts/alert.ts'
import { canonicalSearch } from '../../shared/marketplaces/vinted/canonical-search.ts'
import { searchFamily } from '../../shared/marketplaces/vinted/cover-search.ts'
import { emptySearch } from '../../shared/marketplaces/vinted/parse-search-url.ts'

const HOUR_MS = 3_600_000
/** Finds an hour that the mean alert brings: about 200 an hour for the 44 alerts of the first owner. */
const FINDS_PER_ALERT = 4.5
const MARKETS = ['fr', 'us', 'nl', 'uk']
/** Prices of listings are spread evenly up to it. */
const HIGHEST_PRICE = 100

type Listing = { at: number; price: number }

/**
 * Searches for the same words; what is listed for them, in the order of time: by dice of its own, so that every schedule meets the
 * same market.
 */
type Family = { random: Random; ratePerMs: number; listings: Listing[]; nextAt: number }

/** One alert's search. `seenTo`: how many of its family's listings it has been shown. */
export type SimulatedSearch = {
  key: string
  market: string
  search: Search
  family: string
  of: Family
  seenTo: number
  lastCheckedAt: number | null
}

export type Market = {
  random: Random
  searches: SimulatedSearch[]
  /** When what a search finds was listed, since it was last shown anything. */
  listed(search: SimulatedSearch, until: number): number[]
  /** How many listings of a family a broader search shows between two times. */
  count(search: SimulatedSearch, cover: Search, from: number, until: number): number
}

const exponential = (random: Random, ratePerMs: number): number => -Math.log(1 - random.next()) / ratePerMs
const isWanted = ({ price }: Listing, { priceMin, priceMax }: Search): boolean =>
  price >= (priceMin ?? 0) && price <= (priceMax ?? HIGHEST_PRICE)

/** Half of the alerts want no cheap things, four of five have a limit. */
const somePrices = (random: Random): Pick<Search, 'priceMin' | 'priceMax'> => ({
  priceMin: random.next() < 0.5 ? null : random.int(5, 30),
  priceMax: random.next() < 0.2 ? null : random.int(40, HIGHEST_PRICE),
})

/** How many alerts each family has: one, or one to five, three in the mean. */
function familySizes(alerts: number, perFamily: 1 | 3, random: Random): number[] {
  const sizes: number[] = []
  for (let left = alerts; left > 0; left -= sizes.at(-1) ?? left)
    sizes.push(Math.min(left, perFamily === 1 ? 1 : random.int(1, 5)))
  return sizes
}

/** Zipf(1): the second family brings half of what the first one does, the tenth a tenth. Every run of a seed is the same. */
export function createMarket(alerts: number, perFamily: 1 | 3, seed: number): Market {
  const random = seededRandom(seed)
  const sizes = familySizes(alerts, perFamily, random)
  const searches = sizes.flatMap((size, place) => {
    const of = { random: seededRandom(seed + place + 1), ratePerMs: 1 / (place + 1), listings: [], nextAt: 0 }
    const market = MARKETS[place % MARKETS.length] ?? 'fr'
    // No two alike: those share a request in every schedule of ours.
    const alike = new Map<string, SimulatedSearch>()
    while (alike.size < size) {
      const prices = perFamily === 1 ? {} : somePrices(random)
      const search = { ...emptySearch, market, searchText: `family ${place}`, ...prices }
      const { key } = canonicalSearch(search)
      alike.set(key, { key, market, search, family: searchFamily(search), of, seenTo: 0, lastCheckedAt: null })
    }
    return Array.from(alike.values())
  })
  const share = ({ search }: SimulatedSearch): number =>
    ((search.priceMax ?? HIGHEST_PRICE) - (search.priceMin ?? 0)) / HIGHEST_PRICE
  const total = searches.reduce((sum, search) => sum + search.of.ratePerMs * share(search), 0)
  for (const family of new Set(searches.map(({ of }) => of))) {
    family.ratePerMs *= (FINDS_PER_ALERT * alerts) / total / HOUR_MS
    family.nextAt = exponential(family.random, family.ratePerMs)
  }
  const fill = (family: Family, until: number): void => {
    for (; family.nextAt <= until; family.nextAt += exponential(family.random, family.ratePerMs))
      family.listings.push({ at: family.nextAt, price: family.random.next() * HIGHEST_PRICE })
  }
  return {
    random,
    searches,
    listed(search, until) {
      fill(search.of, until)
      const times: number[] = []
      for (; (search.of.listings[search.seenTo]?.at ?? Infinity) <= until; search.seenTo += 1) {
        const listing = search.of.listings[search.seenTo]
        if (listing && isWanted(listing, search.search)) times.push(listing.at)
      }
      return times
    },
    count({ of }, cover, from, until) {
      fill(of, until)
      let count = 0
      for (let place = of.listings.length - 1; (of.listings[place]?.at ?? from) > from; place -= 1) {
        const listing = of.listings[place]
        if (listing && listing.at <= until && isWanted(listing, cover)) count += 1
      }
      return count
    },
  }
}
