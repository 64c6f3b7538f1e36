import type { Search } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { FencedItem } from '#shared/egress/take-slot.ts'
import { egressEffect } from '#shared/egress/ban-policy.ts'
import type { EgressEffect } from '#shared/database/rows.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { makeSession } from '../sessions/make-session.ts'
import type { Session } from '../sessions/session.ts'
import { askCatalogue } from '../vinted/ask-catalogue.ts'
import type { CatalogueAnswer } from '../vinted/ask-catalogue.ts'
import type { NoSlot } from '../vinted/ask-site.ts'

/** What became of one search. `listings` are organic rows, newest first; null unless the verdict is ok. */
export type SearchOutcome = {
  kind: 'answered'
  verdict: Verdict
  detail: string
  httpStatus: number
  effect: EgressEffect
  sessionId: string | null
  listings: Listing[] | null
}

type Try = CatalogueAnswer

/** A rest this short is waited for within the run; after a longer one others go on with what is left. */
const SHORT_REST_MS = 30_000

/** The session a search needs, renewed when it is due; a failed renewal leaves the old one to serve to its end. */
async function sessionFor(context: Context, market: string, item: FencedItem | null, signal: AbortSignal) {
  const session = await context.sessions.load(market, signal)
  if (!session?.renewDue) return session
  const renewed = await makeSession(context, market, { kind: 'check', item }, signal)
  return renewed.kind === 'made' ? renewed.session : session
}

/**
 * One search, asked at the pace of this address: at most one new session and one second try, for an expired session or a
 * foreign page. A second 401 is a refusal. Throws the signal's reason when it aborts while waiting for a turn.
 */
export async function checkSearch(
  context: Context,
  search: Search,
  item: FencedItem | null,
  signal: AbortSignal,
): Promise<SearchOutcome | NoSlot> {
  const { banRules, database, egress, logger } = context
  const finish = (last: Try, session: Session | null): SearchOutcome => {
    const { verdict, detail, httpStatus, listings } = last
    if (verdict !== 'ok' && verdict !== 'no-session')
      logLine(logger, 'refused', { verdict, market: search.market, detail })
    return {
      kind: 'answered',
      verdict,
      detail,
      httpStatus,
      listings,
      sessionId: session?.id ?? null,
      effect: egressEffect(verdict, last, banRules),
    }
  }
  let session = await sessionFor(context, search.market, item, signal)
  if (!session) {
    logLine(logger, 'noCookies', { market: search.market })
    return finish(
      {
        verdict: 'no-session',
        detail: 'NO_SCRAPING_COOKIES',
        httpStatus: 503,
        retryAfterMs: null,
        listings: null,
        totalEntries: null,
      },
      null,
    )
  }
  let first = await askCatalogue(context, { kind: 'check', item }, search, session, signal)
  if (!('verdict' in first)) return first
  if (first.verdict === 'throttled' && (first.retryAfterMs ?? Infinity) <= SHORT_REST_MS) {
    await database.call('apply_egress_effect', { egress, effect: egressEffect('throttled', first, banRules) })
    const second = await askCatalogue(context, { kind: 'check', item }, search, session, signal)
    if (!('verdict' in second)) return second
    first = second
  }
  if (first.verdict !== 'session-expired' && first.verdict !== 'wrong-market') return finish(first, session)
  context.sessions.forget(search.market)
  await database.call('mark_session', { id: session.id, verdict: first.verdict })
  const renewed = await makeSession(context, search.market, { kind: 'check', item }, signal)
  if (renewed.kind === 'refused')
    return finish({ ...renewed, retryAfterMs: null, listings: null, totalEntries: null }, null)
  if (renewed.kind !== 'made') return renewed
  session = renewed.session
  const second = await askCatalogue(context, { kind: 'check', item }, search, session, signal)
  if (!('verdict' in second)) return second
  const isRefused = second.verdict === 'session-expired'
  return finish(
    isRefused ? { ...second, verdict: 'blocked', detail: `${second.detail}, with a new session` } : second,
    session,
  )
}
