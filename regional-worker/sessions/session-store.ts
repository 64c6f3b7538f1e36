import { CookieJar } from 'tough-cookie'
import type { Clock } from '#shared/clock.ts'
import type { Database } from '#shared/database/open-database.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Logger } from '#shared/logger.ts'
import { marketOf, siteOrigin } from '#shared/marketplaces/vinted/markets.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import { seal, unseal, UnreadableSealError } from '#shared/seal.ts'
import type { Session } from './session.ts'
import { readCookies, sealRow } from '#shared/sessions/cookie-jar.ts'

type Deps = { database: Database; workerId: string; cookieKey: string; clock: Clock; logger: Logger }

export type SessionStore = {
  /** This worker's session of a market, or a shared one while it has none; null when it can serve no request there. */
  load(market: string, signal: AbortSignal): Promise<Session | null>
  save(made: MadeSession): Promise<Session>
  /** The next load asks the database: the site has refused this session, or it was cleared. */
  forget(market: string): void
}

export type MadeSession = {
  market: Market
  userAgent: string
  jar: CookieJar
  source: 'http' | 'browser'
  renewAt: number
  expiresAt: number
}

/**
 * An opened session is kept this long: a polite worker asks every 12-25 s, and reading and unsealing costs a third of a
 * check's own time. An import or a renewal from elsewhere takes effect within it.
 */
const KEPT_MS = 60_000

/** Sessions come from the database only, never from the environment, and lie there sealed. */
export function createSessionStore({ database, workerId, cookieKey, clock, logger }: Deps): SessionStore {
  const open = async (market: string, signal?: AbortSignal): Promise<Session | null> => {
    const stored = await database.call('load_session', { market, worker: workerId }, signal)
    if (!stored) return null
    const jar = CookieJar.deserializeSync(unseal(stored.sealedJar, cookieKey, sealRow(market, stored.worker)))
    const cookies = await readCookies(jar, marketOf(market))
    const accessToken = cookies.get('access_token_web')
    if (!accessToken) return null
    const source = stored.worker === null ? 'database, shared' : 'database'
    const ageS = Math.round((clock.now() - Date.parse(stored.createdAt)) / 1000)
    logLine(logger, 'cookiesRead', { market, source, ageS })
    const { id, userAgent, createdAt, expiresAt } = stored
    const anonId = cookies.get('anon_id') ?? null
    // A shared session is not ours to renew: we make our own when it no longer serves.
    const renewDue = stored.renewDue && stored.worker !== null
    return {
      id,
      market,
      userAgent,
      accessToken,
      anonId,
      cookieNames: [...cookies.keys()].sort(),
      cookieHeader: await jar.getCookieString(siteOrigin(marketOf(market))),
      source,
      createdAt,
      expiresAt,
      renewDue,
    }
  }
  const kept = new Map<string, { session: Session; until: number }>()
  const keep = (session: Session | null): Session | null => {
    const until = Math.min(clock.now() + KEPT_MS, session ? Date.parse(session.expiresAt) : 0)
    if (session && !session.renewDue) kept.set(session.market, { session, until })
    return session
  }
  return {
    forget: (market) => void kept.delete(market),
    async load(market, signal) {
      const known = kept.get(market)
      if (known && clock.now() < known.until) return known.session
      try {
        return keep(await open(market, signal))
      } catch (error) {
        if (!(error instanceof UnreadableSealError)) throw error
        logger.warn({ market }, 'a stored session cannot be read with this COOKIE_ENCRYPTION_KEY: it counts as missing')
        return null
      }
    },
    async save({ market, userAgent, jar, source, renewAt, expiresAt }) {
      const cookies = await readCookies(jar, market)
      await database.call('save_session', {
        session: {
          market: market.id,
          worker: workerId,
          userAgent,
          cookieNames: [...cookies.keys()].sort(),
          sealedJar: seal(JSON.stringify(jar.serializeSync()), cookieKey, sealRow(market.id, workerId)),
          source,
          renewAt: new Date(renewAt).toISOString(),
          expiresAt: new Date(expiresAt).toISOString(),
        },
      })
      logLine(logger, 'cookiesMade', { market: market.id, names: [...cookies.keys()].sort() })
      const session = keep(await open(market.id))
      if (!session) throw new Error(`the session just saved for ${market.id} cannot be read back`)
      return session
    },
  }
}
