import type { FoundListing } from '#shared/contracts/listing.ts'
import type { AlertFeed } from '#shared/database/feeds.ts'
import { listingLink } from '#shared/marketplaces/vinted/listing-link.ts'
import { money, texts } from '#shared/outbox/texts.ts'
import { escapeXml } from './escape-xml.ts'

/** RFC 822, as RSS 2.0 wants it: `Sun, 22 Nov 2026 10:00:00 GMT`. */
const date = (iso: string): string => new Date(iso).toUTCString()

const element = (name: string, text: string, attributes = ''): string =>
  `<${name}${attributes}>${escapeXml(text)}</${name}>`

/** HTML for the reader, before it is escaped once more as text of the feed. */
function describe(listing: FoundListing, language: AlertFeed['language']): string {
  const price = money(listing.price, listing.currency, language)
  const prices =
    listing.totalPrice === null
      ? price
      : `${price} (${texts[language].withFees(money(listing.totalPrice, listing.currency, language))})`
  const details = [listing.brand, listing.size, listing.condition].filter((part) => part !== null).join(' · ')
  const photo = URL.parse(listing.photoUrl ?? '')
  return [
    `<p><b>${escapeXml(prices)}</b></p>`,
    ...(details === '' ? [] : [`<p>${escapeXml(details)}</p>`]),
    ...(photo?.protocol === 'https:' ? [`<p><img src="${escapeXml(photo.href)}" alt=""></p>`] : []),
  ].join('')
}

function renderItem(alertId: string, listing: FoundListing, language: AlertFeed['language']): string {
  const link = listingLink(listing)
  const title = `${listing.title.trim() || '…'} – ${money(listing.price, listing.currency, language)}`
  return [
    '<item>',
    element('title', title),
    ...(link === null ? [] : [element('link', link)]),
    element('guid', `urn:vigie:${alertId}:${listing.itemId}`, ' isPermaLink="false"'),
    element('pubDate', date(listing.foundAt)),
    element('category', listing.market),
    element('description', describe(listing, language)),
    '</item>',
  ].join('\n')
}

/**
 * RSS 2.0 (rssboard.org/rss-specification, and the advice of the W3C's validator). The same finds give the same bytes. `selfUrl`
 * is the feed's own address.
 */
export function renderFeed(
  { alertId, alertName, language, url, createdAt, finds }: AlertFeed,
  selfUrl: string,
): string {
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
    '<channel>',
    element('title', `${alertName} · Vigie`),
    element('link', url ?? 'https://www.vinted.fr/'),
    `<atom:link href="${escapeXml(selfUrl)}" rel="self" type="application/rss+xml"/>`,
    element('description', alertName),
    element('language', language),
    element('lastBuildDate', date(finds[0]?.foundAt ?? createdAt)),
    element('generator', 'Vigie'),
    ...finds.map((listing) => renderItem(alertId, listing, language)),
    '</channel>',
    '</rss>',
  ].join('\n')}\n`
}
