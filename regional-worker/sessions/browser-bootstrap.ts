import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import { sessionLife } from '#shared/sessions/cookie-jar.ts'
import { classifyResponse } from '../vinted/classify-response.ts'
import { jarOfBrowser } from './browser-cookies.ts'
import { INSTALL_A_BROWSER } from './find-browser.ts'
import type { Turn } from './http-bootstrap.ts'
import { humanCheck } from './human-check.ts'
import type { BootstrapDeps, Bootstrapped } from './make-session.ts'
import { restForPerson } from './market-rest.ts'
import type { PageVisit } from './visit-front-page.ts'

/** Refusals that say nothing of a challenge: they mean the same in a browser. */
const plainRefusals: ReadonlySet<Verdict> = new Set(['blocked', 'throttled', 'upstream-error'])

/** One visit with a real browser through the same address, for a page that asks for one. A CAPTCHA is not solved. */
export async function browserBootstrap(
  deps: BootstrapDeps,
  marketId: string,
  turn: Turn,
  signal: AbortSignal,
): Promise<Bootstrapped> {
  const { browser, pace, database, workerId } = deps
  if (browser.path() === null) return withoutBrowser(deps, 'there is no browser on this machine')
  const slot = await pace.takeSlot(turn.kind, turn.item, signal)
  if (slot.kind !== 'granted') return slot
  const visit = await browser.visit(marketOf(marketId))
  if (visit.kind === 'failed') return withoutBrowser(deps, visit.detail)
  await database.call('close_incident', { kind: 'browser-missing', subject: workerId })
  return judgeVisit(deps, marketId, visit)
}

async function withoutBrowser({ database, workerId }: BootstrapDeps, detail: string): Promise<Bootstrapped> {
  const told = `${detail}; ${INSTALL_A_BROWSER}`
  await database.call('open_incident', { kind: 'browser-missing', subject: workerId, detail: told })
  return { kind: 'refused', verdict: 'no-session', detail: told, httpStatus: 503, retryAfterMs: null }
}

async function judgeVisit(deps: BootstrapDeps, marketId: string, visit: PageVisit): Promise<Bootstrapped> {
  const market = marketOf(marketId)
  const now = deps.clock.now()
  const { token, userAgent, cookies, answer, url } = visit
  if (token !== null) {
    const jar = await jarOfBrowser(cookies, market)
    const made = { market, userAgent, jar, source: 'browser' as const, ...sessionLife(token, now) }
    return { kind: 'made', session: await deps.sessions.save(made) }
  }
  const classified = classifyResponse(answer, now)
  if (answer.kind === 'answer') {
    // An ordinary page may well speak of captchas in its scripts.
    const isOrdinary = answer.status === 200 && classified.verdict !== 'challenged'
    const wants = humanCheck(url, isOrdinary ? '' : answer.body)
    if (wants !== null) {
      const detail = await restForPerson(deps, marketId, wants, { ...visit, answer })
      return { kind: 'refused', ...classified, verdict: 'captcha', detail }
    }
  }
  if (plainRefusals.has(classified.verdict)) return { kind: 'refused', ...classified }
  const detail = `${classified.detail}; a real browser got no access token either`
  return { kind: 'refused', ...classified, verdict: 'challenged', detail }
}
