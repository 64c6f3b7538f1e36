import type { Scrape } from '#shared/contracts/command.ts'
import type { ListingPage, ScrapeResult, SearchPage } from '#shared/contracts/scrape.ts'
import { applyEffect } from '#shared/egress/apply-effect.ts'
import { egressEffect } from '#shared/egress/ban-policy.ts'
import { ProblemError } from '#shared/errors.ts'
import { allowedUrl } from '#shared/marketplaces/vinted/allowed-url.ts'
import { parseSearchUrl } from '#shared/marketplaces/vinted/parse-search-url.ts'
import type { Context } from '../context.ts'
import { tryKeepEvidence } from '../evidence/keep-evidence.ts'
import { secretsOf } from '../evidence/scrub-evidence.ts'
import { askSite, isNoSlot } from '../vinted/ask-site.ts'
import { classifyPage } from '../vinted/classify-response.ts'
import { parseListingPage } from '../vinted/parse-listing-page.ts'
import { listingPageRequest } from '../vinted/protocol.ts'
import type { SiteAnswer } from '../vinted/site-client.ts'
import { askSearch, requireSession } from './ask-search.ts'
import { siteProblem } from './site-problem.ts'

const MAX_HOPS = 3

const refuse = (field: string, reason: string): ProblemError =>
  new ProblemError(422, 'URL_REFUSED', `${field}: ${reason}`, { issues: [{ field, message: reason }] })

function requireAllowed(text: string) {
  const allowed = allowedUrl(text)
  if (allowed.kind === 'refused') throw refuse('payload.url', allowed.reason)
  return allowed
}

const isRedirect = (answer: SiteAnswer): answer is Extract<SiteAnswer, { kind: 'answer' }> =>
  answer.kind === 'answer' && answer.status >= 300 && answer.status < 400

/** `secrets` are the values that the last request carried. */
type Page = { answer: SiteAnswer; secrets: string[] }

/** One page of the site; redirects are followed by hand, each judged like the first and in a turn of its own. */
async function getPage(context: Context, text: string, signal: AbortSignal): Promise<Page> {
  let { url, market } = requireAllowed(text)
  const session = await requireSession(context, market.id, signal)
  for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
    const request = listingPageRequest(market, url, session)
    const answer = await askSite(context, { kind: 'short', item: null }, request, signal)
    if (isNoSlot(answer)) throw siteProblem(answer)
    if (!isRedirect(answer)) return { answer, secrets: secretsOf(request.headers) }
    const target = URL.parse(answer.headers['location'] ?? '', url.href)
    if (!target) throw new ProblemError(502, 'SITE_UNAVAILABLE', 'a redirect without a target')
    ;({ url, market } = requireAllowed(target.href))
  }
  throw new ProblemError(502, 'SITE_UNAVAILABLE', `more than ${MAX_HOPS} redirects`)
}

async function scrapeListing(
  context: Context,
  text: string,
  itemId: number,
  market: string,
  signal: AbortSignal,
): Promise<ListingPage> {
  const { answer, secrets } = await getPage(context, text, signal)
  const classified = classifyPage(answer, context.clock.now())
  await applyEffect(context, egressEffect(classified.verdict, classified, context.banRules), `listing ${itemId}`)
  if (classified.httpStatus === 404 || classified.httpStatus === 410) {
    throw new ProblemError(404, 'LISTING_GONE', 'this listing is not there any more')
  }
  const page = answer.kind === 'answer' && classified.verdict === 'ok' ? parseListingPage(answer.body, itemId) : null
  if (page) return page
  if (answer.kind === 'answer') {
    const verdict = classified.verdict === 'ok' ? 'protocol-changed' : classified.verdict
    await tryKeepEvidence(context, market, verdict, {
      httpStatus: answer.status,
      headers: answer.headers,
      body: answer.body,
      secrets,
    })
    if (verdict === 'protocol-changed')
      throw siteProblem({ ...classified, verdict, detail: 'the listing page has another shape' })
  }
  throw siteProblem(classified)
}

async function scrapeSearch(context: Context, text: string, signal: AbortSignal): Promise<SearchPage> {
  const parsed = parseSearchUrl(text)
  if (parsed.kind === 'refused') throw refuse('payload.url', parsed.reason)
  const answer = await askSearch(context, parsed.search, signal)
  if (answer.listings === null) throw siteProblem(answer)
  return { kind: 'search', listings: answer.listings, totalEntries: answer.totalEntries }
}

/** A listing or search page of an allowed host → structured data. Throws 422 URL_REFUSED before any connection. */
export async function scrape(
  context: Context,
  { url: text }: Scrape['payload'],
  signal: AbortSignal,
): Promise<ScrapeResult> {
  const { url, market } = requireAllowed(text)
  const itemId = /^\/items\/(\d{1,15})(?:-[^/]*)?\/?$/.exec(url.pathname)?.[1]
  if (itemId !== undefined) return scrapeListing(context, text, Number(itemId), market.id, signal)
  return scrapeSearch(context, text, signal)
}
