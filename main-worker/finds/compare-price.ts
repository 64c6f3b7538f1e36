import type { Median } from '#shared/database/finds.ts'

/** A median of fewer says nothing. */
const FEWEST_LISTINGS = 5

export type PriceComparison = {
  /** The median and of how many listings it is. */
  median: number
  listings: number
  /** Whole percents below it (negative) or above; 0 is about the same. */
  percent: number
}

/** A price against all that its alert has seen. */
export function comparePrice(
  price: number,
  median: Pick<Median, 'price' | 'listings'> | undefined,
): PriceComparison | null {
  if (!median || median.listings < FEWEST_LISTINGS || median.price <= 0) return null
  const percent = Math.round((price / median.price - 1) * 100)
  // No "-0".
  return { median: median.price, listings: median.listings, percent: percent === 0 ? 0 : percent }
}
