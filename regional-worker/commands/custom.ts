import type { Search } from '#shared/contracts/alert.ts'
import type { Custom } from '#shared/contracts/command.ts'
import type { CustomResult, ProbeResult } from '#shared/contracts/scrape.ts'
import { ProblemError } from '#shared/errors.ts'
import { findMarket, marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { emptySearch } from '#shared/marketplaces/vinted/parse-search-url.ts'
import type { Context } from '../context.ts'
import { keepEvidence } from '../evidence/keep-evidence.ts'
import { secretsOf } from '../evidence/scrub-evidence.ts'
import { askSite, isNoSlot } from '../vinted/ask-site.ts'
import type { CatalogueAnswer } from '../vinted/ask-catalogue.ts'
import { classifyResponse } from '../vinted/classify-response.ts'
import { catalogueRequest } from '../vinted/protocol.ts'
import { askSearch, requireSession } from './ask-search.ts'
import { siteProblem } from './site-problem.ts'

/** A brand that every market has plenty of; its filter must shrink the results. */
const KNOWN_BRAND = { id: 53, name: 'nike' }
const NEWEST_KEPT = 10

const everything = (market: string): Search => ({ ...emptySearch, market, searchText: KNOWN_BRAND.name })
const filtered = (market: string): Search => ({ ...everything(market), priceMax: 20, statusIds: [6] })

/** Whether a filtered page is what was asked: not more results, and rows that keep to the filter. */
function judgeFilter(all: CatalogueAnswer, some: CatalogueAnswer): { verdict: ProbeResult['verdict']; detail: string } {
  const outside = (some.listings ?? []).filter(
    (row) => row.price > 20 || (row.conditionId !== null && row.conditionId !== 6),
  )
  if (outside.length > 0) {
    return {
      verdict: 'protocol-changed',
      detail: `a known filter was ignored: ${outside.length} of ${some.listings?.length ?? 0} rows outside of it`,
    }
  }
  if (
    all.totalEntries !== null &&
    some.totalEntries !== null &&
    all.totalEntries > 0 &&
    some.totalEntries > all.totalEntries
  ) {
    return {
      verdict: 'protocol-changed',
      detail: `a known filter grew the results from ${all.totalEntries} to ${some.totalEntries}`,
    }
  }
  return { verdict: 'ok', detail: `${all.totalEntries ?? '?'} results, ${some.totalEntries ?? '?'} with the filter` }
}

/** The canary: two requests of the normal pace that tell a silent change from a quiet day. */
async function probeMarket(context: Context, market: string, signal: AbortSignal): Promise<ProbeResult> {
  const all = await askSearch(context, everything(market), signal)
  const newestIds = (all.listings ?? []).slice(0, NEWEST_KEPT).map((listing) => listing.itemId)
  const result = { task: 'probe-market' as const, market, newestIds }
  if (all.verdict !== 'ok') return { ...result, verdict: all.verdict, detail: all.detail }
  const some = await askSearch(context, filtered(market), signal)
  if (some.verdict !== 'ok') return { ...result, verdict: some.verdict, detail: some.detail }
  return { ...result, ...judgeFilter(all, some) }
}

/** What the site answers right now, kept for a person to read, whatever it is. */
async function collectEvidence(context: Context, market: string, signal: AbortSignal): Promise<CustomResult> {
  const session = await requireSession(context, market, signal)
  const request = catalogueRequest(marketOf(market), everything(market), session)
  const answer = await askSite(context, { kind: 'short', item: null }, request, signal)
  if (isNoSlot(answer)) throw siteProblem(answer)
  const { verdict, detail } = classifyResponse(answer, context.clock.now())
  const secrets = secretsOf(request.headers)
  const seen =
    answer.kind === 'answer'
      ? { httpStatus: answer.status, headers: answer.headers, body: answer.body, secrets }
      : { httpStatus: 0, headers: {}, body: detail, secrets }
  return { task: 'collect-evidence', market, verdict, evidenceId: await keepEvidence(context, market, verdict, seen) }
}

/** A closed list of named tasks. Throws ProblemError. */
export async function runCustomTask(
  context: Context,
  { task, args }: Custom['payload'],
  signal: AbortSignal,
): Promise<CustomResult> {
  const { market } = args
  if (!findMarket(market))
    throw new ProblemError(400, 'VALIDATION_FAILED', `payload.args.market: no such market (got "${market}")`)
  switch (task) {
    case 'probe-market':
      return probeMarket(context, market, signal)
    case 'collect-evidence':
      return collectEvidence(context, market, signal)
    case 'clear-session': {
      context.sessions.forget(market)
      const cleared = await context.database.call('delete_session', { market, worker: context.workerId })
      return { task, market, cleared }
    }
    default:
      return task satisfies never
  }
}
