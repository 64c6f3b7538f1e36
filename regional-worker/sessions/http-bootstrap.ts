import type { Clock } from '#shared/clock.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { Database } from '#shared/database/open-database.ts'
import { egressEffect } from '#shared/egress/ban-policy.ts'
import type { BanRules } from '#shared/egress/ban-policy.ts'
import type { FencedItem, Pace } from '#shared/egress/take-slot.ts'
import { fillJar, readCookies, sessionLife } from '#shared/sessions/cookie-jar.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { askSite } from '../vinted/ask-site.ts'
import type { NoSlot } from '../vinted/ask-site.ts'
import { classifyResponse } from '../vinted/classify-response.ts'
import { frontPageRequest } from '../vinted/protocol.ts'
import type { SiteClient } from '../vinted/site-client.ts'
import type { SessionStore } from './session-store.ts'
import type { Session } from './session.ts'

type Deps = {
  pace: Pace
  site: SiteClient
  sessions: SessionStore
  database: Database
  egress: string
  banRules: BanRules
  clock: Clock
}

/** Why there is no new session: the site's verdict, or no turn to ask. */
export type NoSession = { kind: 'refused'; verdict: Verdict; detail: string; httpStatus: number } | NoSlot

/** One browser of today; a session keeps the one it was made with. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/**
 * One visit to the front page makes the anonymous session of (market, this worker). No account. What the site answers counts
 * for the address like any other answer.
 */
export async function makeSession(
  deps: Deps,
  marketId: string,
  turn: { kind: 'check' | 'short'; item: FencedItem | null },
  signal: AbortSignal,
): Promise<{ kind: 'made'; session: Session } | NoSession> {
  const market = marketOf(marketId)
  const answer = await askSite(deps, turn, frontPageRequest(market, USER_AGENT), signal)
  if (answer.kind === 'banned' || answer.kind === 'superseded') return answer
  const now = deps.clock.now()
  const cookies = answer.kind === 'answer' ? answer.setCookies : []
  const jar = await fillJar(cookies, market)
  const token = (await readCookies(jar, market)).get('access_token_web')
  if (answer.kind === 'answer' && answer.status === 200 && token) {
    const session = await deps.sessions.save({
      market,
      userAgent: USER_AGENT,
      jar,
      source: 'http',
      ...sessionLife(token, now),
    })
    return { kind: 'made', session }
  }
  const classified = classifyResponse(answer, now)
  // A front page without a token is what an address gets that the site wants to look at.
  const withoutToken = answer.kind === 'answer' && answer.status === 200 && classified.verdict !== 'challenged'
  const verdict = withoutToken
    ? 'challenged'
    : classified.verdict === 'session-expired'
      ? 'blocked'
      : classified.verdict
  const detail = withoutToken ? 'the front page gave no access token' : classified.detail
  await deps.database.call('apply_egress_effect', {
    egress: deps.egress,
    effect: egressEffect(verdict, classified, deps.banRules),
  })
  return { kind: 'refused', verdict, detail, httpStatus: classified.httpStatus }
}
