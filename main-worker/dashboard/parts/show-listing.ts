import { html } from 'hono/html'
import type { FoundListing } from '#shared/contracts/listing.ts'
import { listingLink } from '#shared/marketplaces/vinted/listing-link.ts'
import { money } from '#shared/outbox/texts.ts'
import { pageTexts } from './texts.ts'
import type { Viewer } from './show-time.ts'

/** The title as text, and as a link where it leads to Vinted. */
export function showTitle(listing: FoundListing) {
  const link = listingLink(listing)
  const title = html`<bdi>${listing.title}</bdi>`
  return link === null ? title : html`<a href="${link}" rel="noreferrer" target="_blank">${title}</a>`
}

export function showPrices({ price, totalPrice, currency }: FoundListing, { language }: Viewer) {
  const fees = totalPrice === null ? null : pageTexts[language].withFees(money(totalPrice, currency, language))
  return html`<strong>${money(price, currency, language)}</strong>${fees === null ? '' : html` <small>${fees}</small>`}`
}

/** Photos come from Vinted's image hosts only (the page's policy says the same); one that does not load is a grey box. */
export const showPhoto = ({ photoUrl, title }: FoundListing, { language }: Viewer) =>
  photoUrl === null || URL.parse(photoUrl)?.protocol !== 'https:'
    ? html`<span class="photo none" role="img" aria-label="${pageTexts[language].noPhoto}"></span>`
    : html`<img
        class="photo"
        src="${photoUrl}"
        alt="${title}"
        loading="lazy"
        width="96"
        height="128"
        referrerpolicy="no-referrer"
      />`
