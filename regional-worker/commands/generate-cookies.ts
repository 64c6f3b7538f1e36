import type { CookiesResult, GenerateCookies } from '#shared/contracts/command.ts'
import { ProblemError } from '#shared/errors.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { Context } from '../context.ts'
import { bootstrap } from '../sessions/make-session.ts'
import { siteProblem } from './site-problem.ts'

/**
 * A session made on the worker that will use it. Without `force` one that is still good is kept; `browser` opens a real one
 * at once. Throws ProblemError.
 */
export async function generateCookies(
  context: Context,
  { market, method, force }: GenerateCookies['payload'],
  signal: AbortSignal,
): Promise<CookiesResult> {
  if (!findMarket(market))
    throw new ProblemError(400, 'VALIDATION_FAILED', `payload.market: no such market (got "${market}")`)
  const until = AbortSignal.any([signal, context.stopping])
  return context.oneBootstrap(async () => {
    until.throwIfAborted()
    const current = await context.sessions.load(market, until)
    const keep = current && current.source === 'database' && !current.renewDue && !force
    const made = keep ? null : await bootstrap(context, market, method, { kind: 'short', item: null }, until)
    if (made && made.kind !== 'made') throw siteProblem(made)
    const session = made?.session ?? current
    if (!session) throw new Error('neither a kept nor a made session')
    return {
      market,
      renewed: made !== null,
      source: session.source,
      expiresAt: session.expiresAt,
      cookieNames: session.cookieNames,
    }
  })
}
