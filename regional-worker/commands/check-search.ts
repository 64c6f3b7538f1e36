import type { Search } from '#shared/contracts/alert.ts'
import type { Listing } from '#shared/contracts/listing.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { FencedItem } from '#shared/egress/take-slot.ts'
import { applyEffect } from '#shared/egress/apply-effect.ts'
import { egressEffect } from '#shared/egress/ban-policy.ts'
import type { EgressEffect } from '#shared/database/fleet.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { makeBrowserSession, makeSession } from '../sessions/make-session.ts'
import type { Session } from '../sessions/session.ts'
import { askCatalogue } from '../vinted/ask-catalogue.ts'
import type { CatalogueAnswer } from '../vinted/ask-catalogue.ts'
import type { NoSlot, Turn } from '../vinted/ask-site.ts'

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

/** A rest this short is waited for within the run; after a longer one others go on with what is left. */
const SHORT_REST_MS = 30_000

const answered = (last: CatalogueAnswer, session: Session | null, effect: EgressEffect): SearchOutcome => {
  const { verdict, detail, httpStatus, listings } = last
  return { kind: 'answered', verdict, detail, httpStatus, listings, sessionId: session?.id ?? null, effect }
}

const withoutPage = { listings: null, totalEntries: null, retryAfterMs: null }

/** The session a search needs, renewed when it is due; a failed renewal leaves the old one to serve to its end. */
async function sessionFor(context: Context, market: string, turn: Turn, signal: AbortSignal): Promise<Session | null> {
  const session = await context.sessions.load(market, signal)
  if (!session?.renewDue) return session
  const renewed = await makeSession(context, market, turn, signal)
  return renewed.kind === 'made' ? renewed.session : session
}

/** What may mend an answer, once: a new session, or one from a real browser. */
function remedyFor(verdict: Verdict): typeof makeSession | null {
  if (verdict === 'session-expired' || verdict === 'wrong-market') return makeSession
  return verdict === 'challenged' ? makeBrowserSession : null
}

/** Asked once more after a short rest. */
async function askPatiently(context: Context, search: Search, session: Session, turn: Turn, signal: AbortSignal) {
  const { banRules } = context
  const first = await askCatalogue(context, turn, search, session, signal)
  if (!('verdict' in first) || first.verdict !== 'throttled') return first
  if ((first.retryAfterMs ?? Infinity) > SHORT_REST_MS) return first
  await applyEffect(context, egressEffect('throttled', first, banRules))
  return askCatalogue(context, turn, search, session, signal)
}

/**
 * One search, asked at the pace of this address: at most one new session and one second try, for an expired session, a
 * foreign page or a challenge. A second 401 is a refusal, a second challenge too. Throws the signal's reason when it aborts
 * while waiting for a turn.
 */
export async function checkSearch(
  context: Context,
  search: Search,
  item: FencedItem | null,
  signal: AbortSignal,
): Promise<SearchOutcome | NoSlot> {
  const { banRules, database, logger } = context
  const { market } = search
  const turn: Turn = { kind: 'check', item }
  const finish = (last: CatalogueAnswer, session: Session): SearchOutcome => {
    if (last.verdict !== 'ok') logLine(logger, 'refused', { verdict: last.verdict, market, detail: last.detail })
    return answered(last, session, egressEffect(last.verdict, last, banRules))
  }
  const session = await sessionFor(context, market, turn, signal)
  if (!session) {
    logLine(logger, 'noCookies', { market })
    const nothing = { ...withoutPage, verdict: 'no-session' as const, detail: 'NO_SCRAPING_COOKIES', httpStatus: 503 }
    return answered(nothing, null, { kind: 'none' })
  }
  const first = await askPatiently(context, search, session, turn, signal)
  if (!('verdict' in first)) return first
  const remedy = remedyFor(first.verdict)
  if (!remedy) return finish(first, session)
  context.sessions.forget(market)
  await database.call('mark_session', { id: session.id, verdict: first.verdict })
  const renewed = await remedy(context, market, turn, signal)
  if (renewed.kind === 'refused') {
    // Without a browser the challenge stands; what else the bootstrap met has had its effect and its log line there.
    if (renewed.verdict === 'no-session') return finish(first, session)
    return answered({ ...renewed, ...withoutPage }, null, { kind: 'none' })
  }
  if (renewed.kind !== 'made') return renewed
  const second = await askCatalogue(context, turn, search, renewed.session, signal)
  if (!('verdict' in second)) return second
  const isRefused = second.verdict === 'session-expired'
  const last = isRefused
    ? { ...second, verdict: 'blocked' as const, detail: `${second.detail}, with a new session` }
    : second
  return finish(last, renewed.session)
}
