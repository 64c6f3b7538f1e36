import { markets, marketOf } from '#shared/marketplaces/vinted/markets.ts'
import type { Clock } from '#shared/clock.ts'
import { seededRandom, hashText } from '../random.ts'
import { languageOf } from './assortment.ts'
import type { Language } from './assortment.ts'
import { inventListing } from './invent-listing.ts'
import { createListingIds } from './listing-ids.ts'
import type { Listing, ListingDraft } from './listing.ts'

/** Markets that are alive in the sandbox; the others answer too, but nobody sells there. */
export const busyMarkets = ['fr', 'us', 'nl', 'uk'] as const
const LISTINGS_AT_START = 150
/** 960 are reachable; a few more, so that filters find something. */
const KEPT_PER_MARKET = 1500

/** What is for sale, per market, oldest first. */
export type SandboxCatalogue = {
  listings(marketId: string): readonly Listing[]
  find(marketId: string, id: number): Listing | undefined
  /** With the id of a listing that is there, that one changes in its place (a price drop is no new publication). */
  publish(marketId: string, draft: ListingDraft, id?: number): Listing
  invent(marketId: string): Listing
  /** Sequence number of the newest publication of all markets. */
  newest(): number
}

export function createCatalogue(seed: number, clock: Clock): SandboxCatalogue {
  const random = seededRandom(seed)
  const ids = createListingIds(random, clock)
  const shelves = new Map<string, Listing[]>(markets.map(({ id }) => [id, []]))
  let sequence = 0

  const shelfOf = (marketId: string): Listing[] => shelves.get(marketOf(marketId).id) ?? []

  const add = (marketId: string, id: number, draft: ListingDraft): Listing => {
    const listing = { ...draft, id, sequence: ++sequence }
    const shelf = shelfOf(marketId)
    shelf.push(listing)
    if (shelf.length > KEPT_PER_MARKET) for (const old of shelf.splice(0, 100)) ids.release(old.id)
    return listing
  }

  const publish = (marketId: string, draft: ListingDraft, id?: number): Listing => {
    const shelf = shelfOf(marketId)
    const place = shelf.findIndex((listing) => listing.id === id)
    const old = shelf[place]
    if (!old) return add(marketId, id === undefined ? ids.next() : ids.reserve(id), draft)
    const changed = { ...draft, id: old.id, sequence: old.sequence }
    shelf[place] = changed
    return changed
  }

  const languageIn = (marketId: string): Language => languageOf(marketOf(marketId).locale)
  for (const marketId of busyMarkets) {
    const shop = seededRandom(seed ^ hashText(marketId))
    for (let count = 0; count < LISTINGS_AT_START; count++) {
      add(marketId, ids.reserve(shop.int(6_850_000_000, 7_150_000_000)), inventListing(shop, languageIn(marketId)))
    }
  }

  return {
    listings: shelfOf,
    find: (marketId, id) => shelfOf(marketId).find((listing) => listing.id === id),
    publish,
    invent: (marketId) => publish(marketId, inventListing(random, languageIn(marketId))),
    newest: () => sequence,
  }
}
