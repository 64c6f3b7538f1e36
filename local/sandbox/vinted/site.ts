import { randomUUID } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import { markets } from '#shared/marketplaces/vinted/markets.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { html, json } from '../answer.ts'
import type { Answer } from '../answer.ts'
import type { SandboxCatalogue } from './catalogue.ts'
import { parseCatalogueQuery } from './catalogue-query.ts'
import { foldText } from './listing.ts'
import { photoAnswer } from './photos.ts'
import { forbidden, gone, invalidRequest, notFoundPage, unauthorized } from './refusals.ts'
import { catalogPage, homePage, itemPage } from './render-html.ts'
import { renderPage } from './render-item.ts'
import { searchListings } from './search-listings.ts'
import { sessionCookies } from './session-cookies.ts'
import type { Sessions } from './sessions.ts'
import type { Visit } from './visit.ts'

type Deps = { catalogue: SandboxCatalogue; sessions: Sessions; clock: Clock }

/** What a catalogue fault changes: the market that answers, and the moment that is shown. */
export type Distortion = { market?: Market; frozenAt?: { sequence: number; time: number } }

const CATALOGUE_PATHS: readonly string[] = ['/svc-catalogue/items', '/web/gateway/svc-catalogue/items']
export const isCataloguePath = (path: string): boolean => CATALOGUE_PATHS.includes(path)

const LINKS_ON_A_PAGE = 48

/** The site as it answers on a good day. */
export function answerVisit(deps: Deps, visit: Visit, distortion: Distortion = {}): Answer {
  if (visit.method !== 'GET' && visit.method !== 'HEAD') return { status: 405, headers: { allow: 'GET, HEAD' } }
  const { market, path } = visit
  if (market === null) return photoAnswer(path)
  const onApiHost = visit.host === market.apiHost
  if (path === CATALOGUE_PATHS[onApiHost ? 0 : 1]) return answerCatalogue(deps, visit, market, distortion)
  // Retired on 2026-09-12; a 404 is what is left of it.
  if (onApiHost || path.startsWith('/api/')) return gone()
  // A browser's User-Agent is the least that the site asks for.
  if (!visit.userAgent.startsWith('Mozilla/')) return forbidden()
  const page = findPage(deps, market, path)
  return page === null ? notFoundPage() : withSession(deps, visit, market, page)
}

function answerCatalogue(
  { catalogue, sessions, clock }: Deps,
  visit: Visit,
  market: Market,
  distortion: Distortion,
): Answer {
  const session = sessions.check(visit, market)
  if (session === 'unauthorized') return unauthorized()
  if (session === 'forbidden') return forbidden()
  const query = parseCatalogueQuery(new URLSearchParams(visit.query), foldText)
  if (query === null) return invalidRequest()
  // `Locale` picks the market, whatever host was asked.
  const served = distortion.market ?? markets.find(({ locale }) => locale === visit.locale) ?? market
  const { frozenAt } = distortion
  const listings = catalogue.listings(served.id)
  const visible = frozenAt ? listings.filter(({ sequence }) => sequence <= frozenAt.sequence) : listings
  const now = frozenAt?.time ?? clock.now()
  return json(200, renderPage(searchListings(visible, query), query, served, now, randomUUID()))
}

/** Null: no such page. */
function findPage({ catalogue }: Deps, market: Market, path: string): string | null {
  if (path === '/') return homePage(market)
  if (/^\/(catalog|brand)(\/|$)/.test(path))
    return catalogPage(market, catalogue.listings(market.id).slice(-LINKS_ON_A_PAGE))
  const id = /^\/items\/(\d+)(-|$)/.exec(path)?.[1]
  const listing = id === undefined ? undefined : catalogue.find(market.id, Number(id))
  return listing ? itemPage(market, listing) : null
}

/** Any page starts an anonymous session for who has none; a live one is kept. */
function withSession({ sessions }: Deps, visit: Visit, market: Market, page: string): Answer {
  if (sessions.check(visit, market) === 'ok') return html(200, page)
  const session = sessions.issue(visit, market)
  return html(200, page, {
    'set-cookie': sessionCookies(market, session),
    'x-anon-id': session.anonId,
    server: 'cloudflare',
  })
}
