import type { Search } from '#shared/contracts/alert.ts'
import { searchParameters } from '#shared/marketplaces/vinted/canonical-search.ts'
import { siteOrigin } from '#shared/marketplaces/vinted/markets.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'

/** Most rows one page holds; 960 results are reachable at all. */
export const PAGE_SIZE = 96

/**
 * One family for plain requests and for the browser: a session made over IPv6 and used over IPv4 is another address to the
 * site, and the UK catalogue is reported to need IPv4 (2026-09).
 */
export const SITE_IP_FAMILY = 4

export type SiteRequest = { url: string; headers: Record<string, string> }

/**
 * What the site's anonymous visitor carries: token and id of the session, the User-Agent it was made with, and its cookies:
 * without `cf_clearance` an address that is looked at is challenged again.
 */
export type Visitor = { accessToken: string; anonId: string | null; userAgent: string; cookieHeader?: string }

export type ProtocolVersion = { id: string; endpoint: (market: Market) => string }

/**
 * The ways to the catalogue, in the order they are tried: the one in force since mid-September 2026, then the same service on
 * the site's own host. Parameters, headers and answer are the same for both. `/api/v2/catalog/items` answers 404 since
 * 2026-09-12: it is not asked any more, but its pages are still read (parse-catalogue).
 */
export const protocolVersions: readonly [ProtocolVersion, ...ProtocolVersion[]] = [
  { id: 'svc-catalogue', endpoint: (market) => `https://${market.apiHost}/svc-catalogue/items` },
  { id: 'same-host', endpoint: (market) => `${siteOrigin(market)}/web/gateway/svc-catalogue/items` },
]

/** Each parameter once, its ids joined by commas: repeated keys are a 400, blanks too, and old names are silently ignored. */
export function catalogueRequest(
  market: Market,
  search: Search,
  visitor: Visitor,
  version: ProtocolVersion = protocolVersions[0],
): SiteRequest {
  const url = new URL(version.endpoint(market))
  for (const [name, value] of searchParameters(search)) url.searchParams.set(name, value)
  url.searchParams.set('order', 'newest_first')
  url.searchParams.set('page', '1')
  url.searchParams.set('per_page', String(PAGE_SIZE))
  return {
    url: url.href,
    headers: {
      ...pageHeaders(market, visitor.userAgent),
      accept: 'application/json',
      authorization: `Bearer ${visitor.accessToken}`,
      ...(visitor.anonId !== null && { 'x-anon-id': visitor.anonId }),
      ...(visitor.cookieHeader && { cookie: visitor.cookieHeader }),
      locale: market.locale,
      origin: siteOrigin(market),
      referer: `${siteOrigin(market)}/`,
    },
  }
}

/** A page of the site as the session's visitor would open it. */
export const listingPageRequest = (
  market: Market,
  url: URL,
  visitor: { userAgent: string; cookieHeader: string },
): SiteRequest => ({
  url: url.href,
  headers: {
    ...pageHeaders(market, visitor.userAgent),
    accept: 'text/html,application/xhtml+xml',
    cookie: visitor.cookieHeader,
    referer: `${siteOrigin(market)}/`,
  },
})

/** The site's front page: a visit makes the anonymous session. */
export const frontPageRequest = (market: Market, userAgent: string): SiteRequest => ({
  url: `${siteOrigin(market)}/`,
  headers: { ...pageHeaders(market, userAgent), accept: 'text/html,application/xhtml+xml' },
})

const pageHeaders = (market: Market, userAgent: string): Record<string, string> => ({
  'user-agent': userAgent,
  'accept-language': `${market.locale},${market.locale.slice(0, 2)};q=0.9`,
})
