import { hashText } from '../random.ts'
import { catalogPath } from './assortment.ts'
import type { CatalogueQuery } from './catalogue-query.ts'
import { foldText } from './listing.ts'
import type { Listing } from './listing.ts'

/** One row of an answer: a listing, or an advertised copy of one. */
export type Row = { listing: Listing; promoted: boolean }
export type FoundPage = { rows: readonly Row[]; totalEntries: number; totalPages: number }

const REACHABLE = 960
/** One advertised row after so many organic ones. */
const BOOST_EVERY = 5

export function searchListings(listings: readonly Listing[], query: CatalogueQuery): FoundPage {
  const found = order(
    listings.filter((listing) => matches(listing, query)),
    query.order,
  )
  const reachable = mixInBoosted(found).slice(0, REACHABLE)
  const start = (query.page - 1) * query.perPage
  return {
    rows: reachable.slice(start, start + query.perPage),
    totalEntries: reachable.length,
    totalPages: Math.ceil(reachable.length / query.perPage),
  }
}

function matches(listing: Listing, query: CatalogueQuery): boolean {
  if (listing.priceCents < query.priceFromCents || listing.priceCents > query.priceToCents) return false
  for (const [name, ids] of query.attributes) {
    if (!attributeOf(listing, name).some((id) => ids.includes(id))) return false
  }
  if (query.words.length === 0) return true
  const tokens = foldText(`${listing.title} ${listing.brand}`).split(/[^\p{L}\p{N}]+/u)
  return query.words.every((word) =>
    word
      .split(/[^\p{L}\p{N}]+/u)
      .filter((part) => part !== '')
      .every((part) => tokens.some((token) => token.startsWith(part))),
  )
}

/** A filter that made-up listings know nothing of (a pattern, a console) finds none of them. */
function attributeOf(listing: Listing, name: string): readonly number[] {
  switch (name) {
    case 'catalog':
      return catalogPath(listing.catalogId)
    case 'brand':
      return [listing.brandId]
    case 'size':
      return listing.sizeId === null ? [] : [listing.sizeId]
    case 'status':
      return [listing.statusId]
    case 'color':
      return listing.colorIds
    case 'material':
      return listing.materialIds
    default:
      return []
  }
}

function order(listings: readonly Listing[], by: string): Listing[] {
  if (by === 'newest_first') return listings.toSorted((a, b) => b.sequence - a.sequence)
  if (by === 'price_low_to_high') return listings.toSorted((a, b) => a.priceCents - b.priceCents)
  if (by === 'price_high_to_low') return listings.toSorted((a, b) => b.priceCents - a.priceCents)
  const relevance = new Map(listings.map(({ id }) => [id, hashText(String(id))]))
  return listings.toSorted((a, b) => (relevance.get(a.id) ?? 0) - (relevance.get(b.id) ?? 0))
}

/**
 * Advertised copies stand *before* their organic row (who dedupes first and drops adverts then loses the listing), and
 * every second one is an old listing that comes again and again.
 */
function mixInBoosted(found: readonly Listing[]): Row[] {
  const rows: Row[] = []
  for (const [index, listing] of found.entries()) {
    if (index % BOOST_EVERY === 2) {
      const old = found[found.length - 1 - (index % 3)]
      const copy = index % (2 * BOOST_EVERY) === 2 ? listing : old
      rows.push({ listing: copy ?? listing, promoted: true })
    }
    rows.push({ listing, promoted: false })
  }
  return rows
}
