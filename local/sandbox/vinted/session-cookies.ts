import { randomBytes } from 'node:crypto'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'
import type { Session } from './sessions.ts'

const SESSION_S = 7 * 24 * 60 * 60
const random = (bytes: number): string => randomBytes(bytes).toString('base64url')

/** The cookies of an anonymous visit, in the order that trips naive readers: the token is empty first and real later. */
export function sessionCookies(market: Market, session: Session): string[] {
  const everywhere = `Domain=.${market.host}; Path=/; Secure`
  return [
    `__cf_bm=${random(32)}; ${everywhere}; HttpOnly; SameSite=None; Max-Age=1800`,
    `access_token_web=; ${everywhere}; HttpOnly; SameSite=Lax; Max-Age=${SESSION_S}`,
    `anon_id=${session.anonId}; ${everywhere}; SameSite=Lax; Max-Age=${52 * SESSION_S}`,
    `v_udt=${random(48)}; ${everywhere}; HttpOnly; SameSite=Lax; Max-Age=${52 * SESSION_S}`,
    `_vinted_fr_session=${random(96)}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${SESSION_S}`,
    `datadome=${random(72)}; ${everywhere}; SameSite=Lax; Max-Age=${52 * SESSION_S}`,
    `refresh_token_web=${session.refreshToken}; ${everywhere}; HttpOnly; SameSite=Lax; Max-Age=${SESSION_S}`,
    `access_token_web=${session.token}; ${everywhere}; HttpOnly; SameSite=Lax; Max-Age=${SESSION_S}`,
  ]
}
