import type { AlertChanges, Search } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import { searchPageUrl } from '#shared/marketplaces/vinted/canonical-search.ts'
import { createPageMatcher } from '#shared/marketplaces/vinted/match-page.ts'
import type { Filters } from '#shared/marketplaces/vinted/match-page.ts'
import type { Context } from '../context.ts'
import { askWorker } from '../fleet/ask-worker.ts'
import { readInput } from './alert-store.ts'

/** Enough to see whether the link means what its owner thinks. */
const SHOWN = 10

const filtersOf = (search: Search, input: AlertChanges): Filters => ({
  priceMin: search.priceMin,
  priceMax: search.priceMax,
  statusIds: search.statusIds,
  maxTotalPrice: input.maxTotalPrice ?? null,
  brands: input.brands ?? [],
  sizes: input.sizes ?? [],
  requiredWords: input.requiredWords ?? [],
  excludedWords: input.excludedWords ?? [],
  blockedSellers: input.blockedSellers ?? [],
})

/** Without the seller's name: a preview needs none. */
const shown = ({ seller: _seller, isPromoted: _isPromoted, conditionId: _conditionId, ...listing }: Listing) => listing

/**
 * What an alert would see now, through a worker's session and pace; nothing is stored. Throws ProblemError for what cannot be
 * searched, and what `askWorker` throws.
 */
export async function previewAlert(context: Context, input: AlertChanges, signal: AbortSignal) {
  const { search, pasted } = readInput(input)
  const url = searchPageUrl(search)
  const { data, workerId } = await askWorker(context, { type: 'scrape', payload: { url } }, signal)
  if (!('kind' in data) || data.kind !== 'search') throw new Error('a search was answered with something else')
  const { matched, dropped } = createPageMatcher(data.listings)(filtersOf(search, input))
  return {
    market: search.market,
    url,
    understood: pasted?.understood ?? [],
    ignored: pasted?.ignored ?? [],
    workerId,
    itemsChecked: data.listings.length,
    matches: matched.length,
    dropped,
    items: matched.slice(0, SHOWN).map(shown),
  }
}
