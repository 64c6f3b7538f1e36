/** What is remembered of a search: counts and the hours they were seen in, both fading by half in six hours. */
export type SeenRates = { finds: number; listings: number; hours: number }

const HALF_LIFE_HOURS = 6
/** What a search that nobody has watched yet is taken for, and how many hours of watching outweigh it. */
const EXPECTED = { findsPerHour: 1, listingsPerHour: 10, hours: 1 }

export const nothingSeen: SeenRates = { finds: 0, listings: 0, hours: 0 }

/** After a check that looked back over `hours`. */
export function learnRates(seen: SeenRates, finds: number, listings: number, hours: number): SeenRates {
  const kept = 0.5 ** (hours / HALF_LIFE_HOURS)
  return {
    finds: seen.finds * kept + finds,
    listings: seen.listings * kept + listings,
    hours: seen.hours * kept + hours,
  }
}

/** Per hour. A young search leans on what is expected of one. */
export function ratesOf({ finds, listings, hours }: SeenRates): { findsPerHour: number; listingsPerHour: number } {
  const weight = hours + EXPECTED.hours
  return {
    findsPerHour: (finds + EXPECTED.findsPerHour * EXPECTED.hours) / weight,
    listingsPerHour: (listings + EXPECTED.listingsPerHour * EXPECTED.hours) / weight,
  }
}
