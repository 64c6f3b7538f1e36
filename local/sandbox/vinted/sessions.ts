import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import type { Visit } from './visit.ts'

/** An anonymous session is good for one egress, one User-Agent and one market. */
export type Session = {
  token: string
  refreshToken: string
  anonId: string
  marketId: string
  egress: string
  userAgent: string
  issuedAt: number
  expiresAt: number
}

export type SessionCheck = 'ok' | 'unauthorized' | 'forbidden'

export type Sessions = {
  issue(visit: Visit, market: Market): Session
  check(visit: Visit, market: Market): SessionCheck
}

const LIFE_MS = 2 * 60 * 60_000
/** Two bootstraps within this time ran side by side: the second makes the first worthless, as on the real site. */
const PARALLEL_MS = 100
const MAX_SESSIONS = 5000

export function createSessions(clock: Clock): Sessions {
  const byToken = new Map<string, Session>()
  const latest = new Map<string, Session>()
  const key = randomBytes(32)

  const issue = (visit: Visit, market: Market): Session => {
    const now = clock.now()
    const session: Session = {
      token: signToken(key, market, now, now + LIFE_MS),
      refreshToken: signToken(key, market, now, now + 7 * 24 * LIFE_MS),
      anonId: randomUUID(),
      marketId: market.id,
      egress: visit.egress,
      userAgent: visit.userAgent,
      issuedAt: now,
      expiresAt: now + LIFE_MS,
    }
    const place = `${visit.egress} ${market.id}`
    const previous = latest.get(place)
    if (previous && now - previous.issuedAt < PARALLEL_MS) byToken.delete(previous.token)
    latest.set(place, session)
    byToken.set(session.token, session)
    if (byToken.size > MAX_SESSIONS) for (const oldest of byToken.keys().take(100)) byToken.delete(oldest)
    return session
  }

  const check = (visit: Visit, market: Market): SessionCheck => {
    const session = byToken.get(tokenOf(visit))
    if (!session || session.marketId !== market.id || session.expiresAt <= clock.now()) return 'unauthorized'
    return session.egress === visit.egress && session.userAgent === visit.userAgent ? 'ok' : 'forbidden'
  }

  return { issue, check }
}

/** The header wins over the cookie, as with most gateways. */
const tokenOf = (visit: Visit): string =>
  /^Bearer (\S+)$/i.exec(visit.authorization)?.[1] ?? visit.cookies.get('access_token_web') ?? ''

/** Shaped like the site's token, so that whoever reads `exp` reads it here too. */
function signToken(key: Buffer, market: Market, issuedAt: number, expiresAt: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = part({ alg: 'HS256', kid: 'sandbox', typ: 'JWT' })
  const claims = part({
    app_id: 4,
    aud: `${market.id}.core.api`,
    client_id: 'web',
    exp: Math.floor(expiresAt / 1000),
    iat: Math.floor(issuedAt / 1000),
    iss: 'vinted-iam-service',
    purpose: 'access',
    scope: 'public',
    sid: randomBytes(4).toString('hex'),
  })
  const signature = createHmac('sha256', key).update(`${head}.${claims}`).digest('base64url')
  return `${head}.${claims}.${signature}`
}
