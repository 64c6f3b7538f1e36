import type { Search } from '../../contracts/alert.ts'
import { searchParameters } from './canonical-search.ts'

/**
 * Searches of one family differ in their prices only: the one filter of the site that can be judged here on every row. (A
 * condition may be a word that nobody knows, ids of brands and sizes are not on the page.) One page may serve all of them.
 */
export const searchFamily = (search: Search): string =>
  JSON.stringify([search.market, searchParameters({ ...search, priceMin: null, priceMax: null })])

export type Prices = Pick<Search, 'priceMin' | 'priceMax'>

/** The narrowest prices that hold both. */
export function spanOf(one: Prices, other: Prices): Prices {
  // From 0 is from anywhere.
  const lowest = Math.min(one.priceMin ?? 0, other.priceMin ?? 0)
  const highest = Math.max(one.priceMax ?? Infinity, other.priceMax ?? Infinity)
  return { priceMin: lowest || null, priceMax: Number.isFinite(highest) ? highest : null }
}

/** Whether every row that a search wants is one that the broader search wants too. */
export const isCoveredBy = (search: Search, cover: Search): boolean =>
  searchFamily(search) === searchFamily(cover) &&
  (cover.priceMin ?? 0) <= (search.priceMin ?? 0) &&
  (cover.priceMax ?? Infinity) >= (search.priceMax ?? Infinity)
