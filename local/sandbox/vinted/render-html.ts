import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { siteOrigin } from '#shared/marketplaces/vinted/markets.ts'
import { escapeHtml } from '../answer.ts'
import { catalogPath, catalogues, colors, languageOf } from './assortment.ts'
import type { Language } from './assortment.ts'
import type { Listing } from './listing.ts'
import { photoOf } from './photos.ts'
import { itemPath } from './render-item.ts'

const page = (market: Market, title: string, head: string, body: string): string =>
  `<!DOCTYPE html><html lang="${market.locale}"><head><meta charset="utf-8"><title>${escapeHtml(title)} | Vinted</title>${head}</head><body>${body}</body></html>`

export const homePage = (market: Market): string =>
  page(market, 'Vinted', '', '<h1>Vinted</h1><p>Sandbox: nothing here is real.</p>')

export function catalogPage(market: Market, listings: readonly Listing[]): string {
  const links = listings.map((listing) => `<li><a href="${itemPath(listing)}">${escapeHtml(listing.title)}</a></li>`)
  return page(market, 'Catalogue', '', `<ul>${links.join('')}</ul>`)
}

export function itemPage(market: Market, listing: Listing): string {
  // `<` inside a script would end it: JSON knows another way to write it.
  const data = JSON.stringify(productOf(market, listing)).replaceAll('<', '\\u003c')
  const head = `<script type="application/ld+json">${data}</script>`
  const photos = photosOf(listing).map((url) => `<img alt="" src="${url}">`)
  return page(market, listing.title, head, `<h1>${escapeHtml(listing.title)}</h1>${photos.join('')}`)
}

const PHOTOS_OF_A_BUSINESS = 4

/** Businesses show their goods from more than one side. */
const photosOf = ({ id, seller }: Listing): string[] => [
  photoOf(id).url,
  ...Array.from({ length: seller.business ? PHOTOS_OF_A_BUSINESS - 1 : 0 }, (_, place) => photoOf(id * 10 + place).url),
]

/**
 * Not in the recorded page, which is a private seller's: schema.org's words for a rated seller, so that whoever reads them
 * has something to read.
 */
const sellerOf = (market: Market, { seller }: Listing) => ({
  '@type': 'Organization',
  address: { '@type': 'PostalAddress', addressCountry: market.id.toUpperCase() },
  aggregateRating: {
    '@type': 'AggregateRating',
    ratingValue: 4.5 + (seller.id % 6) / 10,
    reviewCount: seller.id % 400,
  },
})

/** The block of a listing page, key by key as recorded on 2026-09-19. */
function productOf(market: Market, listing: Listing) {
  const language = languageOf(market.locale)
  const color = listing.colorIds[0]
  return {
    '@type': 'Product',
    name: listing.title,
    description: `${listing.title} (${listing.brand})`,
    image: photoOf(listing.id).url,
    brand: { '@type': 'Brand', name: listing.brand },
    offers: {
      '@type': 'Offer',
      url: `${siteOrigin(market)}${itemPath(listing)}`,
      priceCurrency: market.currency,
      price: listing.priceCents / 100,
      availability: 'InStock',
      itemCondition: listing.statusId === 6 || listing.statusId === 1 ? 'NewCondition' : 'UsedCondition',
      ...(listing.seller.business && { seller: sellerOf(market, listing) }),
    },
    category: categoryOf(listing.catalogId, language),
    color: color === undefined ? '' : (colors[color]?.[language] ?? ''),
    '@context': 'https://schema.org',
  }
}

function categoryOf(catalogId: number, language: Language): string {
  const path = catalogPath(catalogId)
  const names = [path.at(-1), path[0]].map((id) => catalogues.find((one) => one.id === id)?.name[language] ?? '')
  return [...new Set(names)].join(' ').trim()
}
