import type { FoundListing } from '../../contracts/listing.ts'
import { findMarket } from './markets.ts'

/** A link leads to the market's own site or nowhere: listings are written by strangers. */
export function listingLink(listing: Pick<FoundListing, 'market' | 'url'>): string | null {
  const market = findMarket(listing.market)
  const url = URL.parse(listing.url)
  return market && url?.protocol === 'https:' && url.host === `www.${market.host}` ? url.href : null
}
