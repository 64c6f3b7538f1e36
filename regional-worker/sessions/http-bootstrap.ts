import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import type { FencedItem } from '#shared/egress/take-slot.ts'
import { fillJar, readCookies, sessionLife } from '#shared/sessions/cookie-jar.ts'
import { askSite, isNoSlot } from '../vinted/ask-site.ts'
import { classifyResponse } from '../vinted/classify-response.ts'
import { frontPageRequest } from '../vinted/protocol.ts'
import type { BootstrapDeps, Bootstrapped } from './make-session.ts'

export type Turn = { kind: 'check' | 'short'; item: FencedItem | null }

/** One browser of today; a session keeps the one it was made with. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** One plain visit to the front page. No account. `challenged` when the site wants to look at who asks. */
export async function httpBootstrap(
  deps: BootstrapDeps,
  marketId: string,
  turn: Turn,
  signal: AbortSignal,
): Promise<Bootstrapped> {
  const market = marketOf(marketId)
  const answer = await askSite(deps, turn, frontPageRequest(market, USER_AGENT), signal)
  if (isNoSlot(answer)) return answer
  const now = deps.clock.now()
  const jar = await fillJar(answer.kind === 'answer' ? answer.setCookies : [], market)
  const token = (await readCookies(jar, market)).get('access_token_web')
  if (answer.kind === 'answer' && answer.status === 200 && token) {
    const made = { market, userAgent: USER_AGENT, jar, source: 'http' as const, ...sessionLife(token, now) }
    return { kind: 'made', session: await deps.sessions.save(made) }
  }
  const classified = classifyResponse(answer, now)
  // A front page without a token is what an address gets that the site wants to look at.
  if (answer.kind === 'answer' && answer.status === 200 && classified.verdict !== 'challenged')
    return { kind: 'refused', ...classified, verdict: 'challenged', detail: 'the front page gave no access token' }
  const verdict = classified.verdict === 'session-expired' ? 'blocked' : classified.verdict
  return { kind: 'refused', ...classified, verdict }
}
