import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import { seal } from '#shared/seal.ts'
import { fillJar, readCookies, sealRow, sessionLife } from '#shared/sessions/cookie-jar.ts'
import type { Context } from '../context.ts'
import { requireCookieKey } from '../require-cookie-key.ts'

/** Cookies as a browser shows them: one `Cookie` header, or a list of names and values. */
const Cookies = z.union([
  z.string().min(1).max(32_000),
  z
    .array(z.object({ name: z.string().min(1).max(200), value: z.string().min(1).max(8_000) }))
    .min(1)
    .max(100),
])

export const SessionImport = z.strictObject({
  market: z.string().refine((market) => findMarket(market) !== undefined, 'wants a market id such as "fr"'),
  /** The worker that shall use it; without it any worker may, while it has none of its own. */
  worker: z.string().min(1).max(63).nullable().default(null),
  /** The User-Agent of the browser the cookies come from: they are bound to it. */
  userAgent: z.string().min(10).max(500),
  cookies: Cookies,
})
export type SessionImport = z.infer<typeof SessionImport>

const toPairs = (cookies: SessionImport['cookies']): string[] =>
  typeof cookies === 'string'
    ? cookies
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.includes('='))
    : cookies.map(({ name, value }) => `${name}=${value}`)

/** A session that a person obtained by hand, sealed like any other. Answers names, never values. */
export async function importSession({ database, config, clock }: Context, session: SessionImport) {
  const market = findMarket(session.market)
  if (!market) throw new ProblemError(400, 'VALIDATION_FAILED', `market: no such market`)
  const cookieKey = requireCookieKey(config)
  if (session.worker !== null && !config.workers.some(({ id }) => id === session.worker)) {
    throw new ProblemError(404, 'NOT_FOUND', `worker: no worker "${session.worker}"`)
  }
  const jar = await fillJar(
    toPairs(session.cookies).map((pair) => `${pair}; Domain=${market.host}; Path=/; Secure`),
    market,
  )
  const cookies = await readCookies(jar, market)
  const token = cookies.get('access_token_web')
  if (!token) throw new ProblemError(400, 'VALIDATION_FAILED', 'cookies: wants access_token_web among them')
  const { renewAt, expiresAt } = sessionLife(token, clock.now())
  if (expiresAt <= clock.now())
    throw new ProblemError(400, 'VALIDATION_FAILED', 'cookies: the access token has expired')
  const cookieNames = [...cookies.keys()].sort()
  await database.call('save_session', {
    session: {
      market: market.id,
      worker: session.worker,
      userAgent: session.userAgent,
      cookieNames,
      sealedJar: seal(JSON.stringify(jar.serializeSync()), cookieKey, sealRow(market.id, session.worker)),
      source: 'import',
      renewAt: new Date(renewAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
    },
  })
  return { market: market.id, worker: session.worker, cookieNames, expiresAt: new Date(expiresAt).toISOString() }
}
