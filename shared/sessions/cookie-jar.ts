import { CookieJar } from 'tough-cookie'
import { siteOrigin } from '../marketplaces/vinted/markets.ts'
import type { Market } from '../marketplaces/vinted/markets.ts'

/** The place a sealed jar belongs to: copied to another market or worker it cannot be read. */
export const sealRow = (market: string, worker: string | null): string =>
  `scraping_cookies:${market}:${worker ?? 'shared'}`

/** Token lives are disputed (2 h or 24 h): the shorter one where the token does not say. */
const ASSUMED_LIFE_MS = 2 * 3_600_000

/** `exp` of a JWT in ms; null for anything else. The signature is the site's business. */
export function tokenExpiry(token: string): number | null {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      exp?: unknown
    }
    return typeof payload.exp === 'number' ? payload.exp * 1000 : null
  } catch {
    return null // Not a token we can read: the assumed life holds.
  }
}

/** A token that claims to live longer is not believed. */
const LONGEST_LIFE_MS = 7 * 24 * 3_600_000
const RENEW_AT_MOST_EVERY_MS = 30 * 60_000

/** Renewed at 80 % of the life and at most every 30 min; `now` and the results in ms. */
export function sessionLife(token: string, now: number): { renewAt: number; expiresAt: number } {
  const expiresAt = Math.min(tokenExpiry(token) ?? now + ASSUMED_LIFE_MS, now + LONGEST_LIFE_MS)
  const life = Math.max(0, expiresAt - now)
  return { renewAt: now + Math.max(life * 0.8, Math.min(life, RENEW_AT_MOST_EVERY_MS)), expiresAt }
}

/**
 * Set-Cookie values into a jar, in order. The site can send an empty access_token_web first and the real one later in the
 * same answer: an empty value never replaces or makes a cookie. Cookies the jar refuses (another domain) are left out.
 */
export async function fillJar(setCookies: readonly string[], market: Market): Promise<CookieJar> {
  const jar = new CookieJar()
  for (const header of setCookies) {
    const value = header
      .slice(header.indexOf('=') + 1)
      .split(';')[0]
      ?.trim()
    if (value) await jar.setCookie(header, siteOrigin(market), { ignoreError: true })
  }
  return jar
}

export async function readCookies(jar: CookieJar, market: Market): Promise<Map<string, string>> {
  const cookies = await jar.getCookies(siteOrigin(market))
  return new Map(cookies.map((cookie) => [cookie.key, cookie.value]))
}
