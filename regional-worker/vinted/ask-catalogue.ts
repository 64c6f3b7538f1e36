import type { Search } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import { logLine } from '#shared/log-lines.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import type { Context } from '../context.ts'
import { tryKeepEvidence } from '../evidence/keep-evidence.ts'
import { secretsOf } from '../evidence/scrub-evidence.ts'
import type { Session } from '../sessions/session.ts'
import { askSite, isNoSlot } from './ask-site.ts'
import type { NoSlot, Turn } from './ask-site.ts'
import { readCatalogue } from './classify-response.ts'
import type { Classified } from './classify-response.ts'
import { judgePage } from './judge-page.ts'
import { organicRows, parseCatalogue } from './parse-catalogue.ts'
import { catalogueRequest, protocolVersions } from './protocol.ts'
import type { ProtocolVersion } from './protocol.ts'
import type { SiteAnswer } from './site-client.ts'

/** The newest page of a search, judged. `listings` are organic rows, newest first; null unless the verdict is ok. */
export type CatalogueAnswer = Classified & { listings: Listing[] | null; totalEntries: number | null }

function judge(answer: SiteAnswer, search: Search, now: number): CatalogueAnswer {
  const { classified, json } = readCatalogue(answer, now)
  if (json === null) return { ...classified, listings: null, totalEntries: null }
  const market = marketOf(search.market)
  const page = parseCatalogue(json, market)
  const judged = judgePage(page, market, search)
  const isOk = judged.verdict === 'ok'
  return {
    ...classified,
    ...judged,
    listings: isOk ? organicRows(page) : null,
    totalEntries: isOk ? page.totalEntries : null,
  }
}

async function askVersion(
  context: Context,
  turn: Turn,
  search: Search,
  session: Session,
  version: ProtocolVersion,
  signal: AbortSignal,
): Promise<CatalogueAnswer | NoSlot> {
  const request = catalogueRequest(marketOf(search.market), search, session, version)
  const answer = await askSite(context, turn, request, signal)
  if (isNoSlot(answer)) return answer
  const judged = judge(answer, search, context.clock.now())
  if (judged.verdict !== 'ok' && answer.kind === 'answer') {
    const { status: httpStatus, headers, body } = answer
    await tryKeepEvidence(context, search.market, judged.verdict, {
      httpStatus,
      headers,
      body,
      secrets: secretsOf(request.headers),
    })
  }
  return judged
}

/**
 * The newest page of a search, when it is this address's turn. When the protocol has changed the next way to the catalogue is
 * tried in a turn of its own; the one that answers is asked first from then on. A refusal leaves its evidence.
 */
export async function askCatalogue(
  context: Context,
  turn: Turn,
  search: Search,
  session: Session,
  signal: AbortSignal,
): Promise<CatalogueAnswer | NoSlot> {
  const { protocolInUse, logger } = context
  const inUse = protocolInUse.get(search.market) ?? protocolVersions[0]
  const first = await askVersion(context, turn, search, session, inUse, signal)
  if (!('verdict' in first) || first.verdict !== 'protocol-changed') return first
  for (const version of protocolVersions.filter((other) => other !== inUse)) {
    const next = await askVersion(context, turn, search, session, version, signal)
    if (!('verdict' in next) || next.verdict === 'protocol-changed') continue
    protocolInUse.set(search.market, version)
    logLine(logger, 'protocolFallback', { market: search.market, from: inUse.id, to: version.id, detail: first.detail })
    return next
  }
  return first
}
