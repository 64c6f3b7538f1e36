import { conditionWord } from '#shared/marketplaces/vinted/conditions.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { languageOf } from './assortment.ts'
import type { Language } from './assortment.ts'
import { slugOf } from './listing.ts'
import type { Listing } from './listing.ts'
import { photoOf } from './photos.ts'
import type { FoundPage, Row } from './search-listings.ts'

const labels: Readonly<Record<Language, { brand: string; condition: string; size: string }>> = {
  fr: { brand: 'Marque', condition: 'État', size: 'Taille' },
  en: { brand: 'Brand', condition: 'Condition', size: 'Size' },
  nl: { brand: 'Merk', condition: 'Staat', size: 'Maat' },
}
const symbols: Readonly<Record<string, string>> = { EUR: '€', USD: '$', GBP: '£' }

const amount = (cents: number): string => (cents / 100).toFixed(2)

/** Buyer protection: 0.70 + 5 %, the rule behind every row of the recorded page. */
const feeCents = (priceCents: number): number => 70 + Math.round(priceCents * 0.05)

/** Relative, as the site gives it. */
export const itemPath = (listing: Listing): string => `/items/${listing.id}-${slugOf(listing.title)}`

/** The answer of svc-catalogue, key by key as recorded on 2026-09-19. */
export function renderPage(
  found: FoundPage,
  query: { page: number; perPage: number },
  market: Market,
  now: number,
  searchId: string,
) {
  return {
    items: found.rows.map((row, index) => renderRow(row, index, market)),
    pagination: {
      current_page: query.page,
      per_page: query.perPage,
      time: Math.floor(now / 1000),
      total_entries: found.totalEntries,
      total_pages: found.totalPages,
    },
    search_tracking_params: {
      global_search_session_id: searchId,
      search_correlation_id: searchId,
      search_session_id: searchId,
    },
  }
}

function renderRow({ listing, promoted }: Row, index: number, market: Market) {
  const money = (cents: number) => ({ amount: amount(cents), currency_code: market.currency })
  const fee = feeCents(listing.priceCents)
  const photo = photoOf(listing.id)
  return {
    content_source: promoted ? 'search_promoted_items' : 'search',
    favourite_count: listing.favourites,
    id: listing.id,
    is_favourite: false,
    item_box: renderBox(listing, market, fee),
    photo,
    photos: [photo],
    price: money(listing.priceCents),
    promoted,
    search_tracking_params: { score: index === 0 ? 1 : 0.99 - index / 1000 },
    service_fee: money(fee),
    show_1st_time_seller_discount: false,
    title: listing.title,
    total_item_price: money(listing.priceCents + fee),
    url: itemPath(listing),
    user: listing.seller,
    view_count: 0,
  }
}

function renderBox(listing: Listing, market: Market, fee: number) {
  const label = labels[languageOf(market.locale)]
  const condition = conditionWord(listing.statusId, market.locale) ?? ''
  const price = (cents: number) => `${amount(cents)} ${symbols[market.currency] ?? market.currency}`
  const size = listing.size === null ? '' : `, ${label.size}: ${listing.size}`
  return {
    accessibility_label: `${listing.title}, ${label.brand}: ${listing.brand}, ${label.condition}: ${condition}${size}, ${price(listing.priceCents)}, ${price(listing.priceCents + fee)}`,
    exposures: [],
    ff_exposures: [],
    first_line: listing.brand,
    item_id: listing.id,
    second_line: listing.size === null ? condition : `${listing.size} · ${condition}`,
  }
}
