/** A search as the schedule sees it; what its rates are is learned (learn-rates). */
export type RatedSearch = {
  searchKey: string
  /** Finds an hour, of all its alerts together. */
  findsPerHour: number
  /** Listings an hour that its page shows at all. */
  listingsPerHour: number
}

/** Below it a listing is hardly ever there yet; the budget is left unused instead. */
export const SHORTEST_MS = 60_000
/** Wanted of every search; a budget that does not hold it stretches all of them. */
export const LONGEST_MS = 15 * 60_000

const HOUR_MS = 3_600_000
const PAGE_ROWS = 96
/** Listings come in bursts: a page must hold three times what the mean says, or some slide past it unseen. */
const BURST = 3
/** Nothing starves: a search that never found anything counts a fifth of the mean one; it waits six times as long as at an equal share, at most. */
const LEAST_OF_MEAN = 0.2
const HALVINGS = 40

const weightOf = ({ findsPerHour }: RatedSearch): number => Math.sqrt(findsPerHour)

/** The longest time after which a page still holds everything that came. */
export const pageLastsMs = ({ listingsPerHour }: Pick<RatedSearch, 'listingsPerHour'>): number =>
  (PAGE_ROWS / (BURST * listingsPerHour)) * HOUR_MS

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/**
 * How long each search waits between two checks, in ms, in the order of `searches`, so that all of them together take at most
 * `perHour` requests. The mean delay of finds, Σ demand × rate × T / 2, is least where T is proportional to
 * 1/√(demand × rate); it is clamped to what is wanted, and the constant is found by halving.
 */
export function planIntervals(searches: readonly RatedSearch[], perHour: number): number[] {
  const raw = searches.map(weightOf)
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / Math.max(1, raw.length)
  const weights = raw.map((weight) => (mean > 0 ? Math.max(weight / mean, LEAST_OF_MEAN) : 1))
  const wanted = searches.map((search) => clamp(pageLastsMs(search), SHORTEST_MS, LONGEST_MS))
  const isRoomy = wanted.reduce((sum, interval) => sum + HOUR_MS / interval, 0) <= perHour
  const intervalAt = (constant: number, place: number): number =>
    clamp(constant / (weights[place] ?? 1), SHORTEST_MS, isRoomy ? (wanted[place] ?? LONGEST_MS) : Infinity)
  const fits = (constant: number): boolean => {
    let requests = 0
    for (let place = 0; place < weights.length; place += 1) requests += HOUR_MS / intervalAt(constant, place)
    return requests <= perHour
  }

  let [low, high] = [0, LONGEST_MS]
  while (!fits(high)) high *= 2
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2
    if (fits(middle)) high = middle
    else low = middle
  }
  return searches.map((_, place) => intervalAt(high, place))
}
