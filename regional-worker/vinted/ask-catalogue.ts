import type { Search } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import type { Context } from '../context.ts'
import { tryKeepEvidence } from '../evidence/keep-evidence.ts'
import type { Session } from '../sessions/session.ts'
import { askSite } from './ask-site.ts'
import type { NoSlot, Turn } from './ask-site.ts'
import { readCatalogue } from './classify-response.ts'
import type { Classified } from './classify-response.ts'
import { judgePage } from './judge-page.ts'
import { organicRows, parseCatalogue } from './parse-catalogue.ts'
import { catalogueRequest } from './protocol.ts'
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

/** One request to the catalogue, when it is this address's turn. A refusal leaves its evidence. */
export async function askCatalogue(
  context: Context,
  turn: Turn,
  search: Search,
  session: Session,
  signal: AbortSignal,
): Promise<CatalogueAnswer | NoSlot> {
  const request = catalogueRequest(marketOf(search.market), search, session)
  const answer = await askSite(context, turn, request, signal)
  if (answer.kind === 'banned' || answer.kind === 'superseded') return answer
  const judged = judge(answer, search, context.clock.now())
  if (judged.verdict !== 'ok' && answer.kind === 'answer') {
    await tryKeepEvidence(context, search.market, judged.verdict, {
      httpStatus: answer.status,
      headers: answer.headers,
      body: answer.body,
    })
  }
  return judged
}
