import type { Search } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import { hasConditionWords, isForeignCondition } from '#shared/marketplaces/vinted/conditions.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import type { CataloguePage } from './parse-catalogue.ts'

type Judgement = { verdict: Extract<Verdict, 'ok' | 'wrong-market' | 'protocol-changed'>; detail: string }

/** Fewer rows prove nothing. */
const ENOUGH_ROWS = 10

const share = (listings: Listing[], is: (listing: Listing) => boolean): number =>
  listings.filter(is).length / listings.length

/** "Clearly more" labels than ids asked: one brand has several labels ("Nike", "Nike Air"), so some are allowed. */
function isFilterIgnored(
  listings: Listing[],
  ids: readonly number[],
  label: (listing: Listing) => string | null,
): boolean {
  if (ids.length === 0 || listings.length < ENOUGH_ROWS) return false
  const labels = new Set(listings.map(label).filter((text) => text !== null))
  return labels.size > ids.length * 3 + 3
}

/** A page with status 200 may still be another country's, or the answer to another question. */
export function judgePage(page: CataloguePage, market: Market, search: Search): Judgement {
  const { listings, unreadable } = page
  if (unreadable > listings.length) {
    return { verdict: 'protocol-changed', detail: `${unreadable} rows of the page have an unknown shape` }
  }
  if (listings.length === 0) return { verdict: 'ok', detail: 'an empty page' }
  if (share(listings, (listing) => listing.currency !== market.currency) > 0.5) {
    return {
      verdict: 'wrong-market',
      detail: `prices in ${listings[0]?.currency ?? 'another currency'}, not ${market.currency}`,
    }
  }
  const worded = listings.filter((listing) => listing.condition !== null)
  // A word we know from another language proves it from one row on; words nobody knows need more of them.
  const isForeign =
    hasConditionWords(market.locale) &&
    (share(worded, ({ condition }) => condition !== null && isForeignCondition(condition, market.locale)) > 0.5 ||
      (worded.length >= ENOUGH_ROWS && share(worded, (listing) => listing.conditionId === null) > 0.5))
  if (isForeign) return { verdict: 'wrong-market', detail: `condition words are not those of ${market.locale}` }
  const organic = listings.filter((listing) => !listing.isPromoted)
  if (isFilterIgnored(organic, search.brandIds, (listing) => listing.brand)) {
    return { verdict: 'protocol-changed', detail: 'the brand filter was ignored' }
  }
  if (isFilterIgnored(organic, search.sizeIds, (listing) => listing.size)) {
    return { verdict: 'protocol-changed', detail: 'the size filter was ignored' }
  }
  return { verdict: 'ok', detail: `${listings.length} rows` }
}
