import type { Clock } from '#shared/clock.ts'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { Database } from '#shared/database/open-database.ts'
import { applyEffect } from '#shared/egress/apply-effect.ts'
import { egressEffect } from '#shared/egress/ban-policy.ts'
import type { BanRules } from '#shared/egress/ban-policy.ts'
import type { Pace } from '#shared/egress/take-slot.ts'
import type { Lane } from '#shared/lane.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Logger } from '#shared/logger.ts'
import type { NoSlot } from '../vinted/ask-site.ts'
import type { SiteClient } from '../vinted/site-client.ts'
import { browserBootstrap } from './browser-bootstrap.ts'
import { httpBootstrap } from './http-bootstrap.ts'
import type { Turn } from './http-bootstrap.ts'
import { endRest, restingUntil } from './market-rest.ts'
import type { SessionStore } from './session-store.ts'
import type { Session } from './session.ts'
import type { SiteBrowser } from './site-browser.ts'

export type BootstrapDeps = {
  workerId: string
  egress: string
  pace: Pace
  site: SiteClient
  browser: SiteBrowser
  sessions: SessionStore
  database: Database
  banRules: BanRules
  clock: Clock
  logger: Logger
}

type Deps = BootstrapDeps & { oneBootstrap: Lane }

/** Why there is no new session: the site's verdict, or no turn to ask. */
export type NoSession =
  | { kind: 'refused'; verdict: Verdict; detail: string; httpStatus: number; retryAfterMs: number | null }
  | NoSlot
export type Bootstrapped = { kind: 'made'; session: Session } | NoSession

/**
 * The anonymous session of (market, this worker): a plain visit, and a real browser when that visit is challenged. What the
 * site answers counts for the address like any other answer. One at a time per worker: parallel ones invalidate each other.
 */
export const makeSession = (deps: Deps, market: string, turn: Turn, signal: AbortSignal): Promise<Bootstrapped> =>
  deps.oneBootstrap(() => bootstrap(deps, market, 'http', turn, signal))

/** The same with the browser at once: for who knows already that a plain visit is challenged. */
export const makeBrowserSession = (
  deps: Deps,
  market: string,
  turn: Turn,
  signal: AbortSignal,
): Promise<Bootstrapped> => deps.oneBootstrap(() => bootstrap(deps, market, 'browser', turn, signal))

/** For a caller that is in the lane of bootstraps already; inside it the two above would wait for themselves. */
export const bootstrap = (
  deps: BootstrapDeps,
  market: string,
  method: 'http' | 'browser',
  turn: Turn,
  signal: AbortSignal,
): Promise<Bootstrapped> =>
  unlessResting(deps, market, turn, async () => {
    if (method === 'browser') return browserBootstrap(deps, market, turn, signal)
    const plain = await httpBootstrap(deps, market, turn, signal)
    if (plain.kind !== 'refused' || plain.verdict !== 'challenged') return plain
    const real = await browserBootstrap(deps, market, turn, signal)
    // Without a browser the challenge stands.
    const isUnmet = real.kind === 'refused' && real.verdict === 'no-session'
    return isUnmet ? { ...plain, detail: `${plain.detail}; ${real.detail}` } : real
  })

/** While a market rests on this worker nothing is asked there; what is asked leaves its effect on the address. */
async function unlessResting(
  deps: BootstrapDeps,
  market: string,
  turn: Turn,
  make: () => Promise<Bootstrapped>,
): Promise<Bootstrapped> {
  const { banRules, logger } = deps
  const until = await restingUntil(deps, market)
  if (until !== null) {
    const detail = `the site asks for a person: ${market} rests here until ${until}`
    return { kind: 'refused', verdict: 'captcha', detail, httpStatus: 503, retryAfterMs: null }
  }
  const outcome = await make()
  if (outcome.kind === 'made') await endRest(deps, market)
  if (outcome.kind === 'refused') {
    logLine(logger, 'refused', { verdict: outcome.verdict, market, detail: outcome.detail })
    // A search that provoked it answers for it.
    await applyEffect(deps, egressEffect(outcome.verdict, outcome, banRules), turn.item?.searchKey)
  }
  return outcome
}
