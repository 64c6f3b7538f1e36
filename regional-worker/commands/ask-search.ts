import type { Search } from '#shared/contracts/alert.ts'
import { applyEffect } from '#shared/egress/apply-effect.ts'
import { egressEffect } from '#shared/egress/ban-policy.ts'
import { ProblemError } from '#shared/errors.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import type { Context } from '../context.ts'
import { makeSession } from '../sessions/make-session.ts'
import type { Session } from '../sessions/session.ts'
import { askCatalogue } from '../vinted/ask-catalogue.ts'
import type { CatalogueAnswer } from '../vinted/ask-catalogue.ts'
import { siteProblem } from './site-problem.ts'

/** The session a short command works with; made when there is none. Throws ProblemError. */
export async function requireSession(context: Context, market: string, signal: AbortSignal): Promise<Session> {
  const session = await context.sessions.load(market, signal)
  if (session) return session
  const made = await makeSession(context, market, { kind: 'short', item: null }, signal)
  if (made.kind === 'made') return made.session
  throw siteProblem(made)
}

/**
 * The newest page of a search for a short command (scrape, probe): the same pace, verdicts and bans as a check, nothing
 * recorded as seen. Answers any verdict; throws ProblemError when the address may not ask at all.
 */
export async function askSearch(context: Context, search: Search, signal: AbortSignal): Promise<CatalogueAnswer> {
  const { database, banRules } = context
  const session = await requireSession(context, search.market, signal)
  const answer = await askCatalogue(context, { kind: 'short', item: null }, search, session, signal)
  if (!('verdict' in answer)) throw siteProblem(answer)
  await database.call('mark_session', { id: session.id, verdict: answer.verdict })
  if (answer.verdict !== 'ok') context.sessions.forget(search.market)
  // A 401 with the session at hand: the next command makes a new one; it takes no ban by itself.
  await applyEffect(context, egressEffect(answer.verdict, answer, banRules), canonicalSearch(search).key)
  if (answer.verdict === 'session-expired')
    throw new ProblemError(503, 'SESSION_EXPIRED', 'the session has expired; try again')
  return answer
}
