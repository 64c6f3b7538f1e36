import { Cookie, CookieJar } from 'tough-cookie'
import type { Market } from '#shared/marketplaces/vinted/markets.ts'

/** A cookie as the browser tells it: `domain` with a leading dot where subdomains share it, `expires` in seconds or -1. */
export type BrowserCookie = {
  name: string
  value: string
  domain: string
  path: string
  expires: number
  httpOnly?: boolean | undefined
  secure: boolean
  sameSite?: string | undefined
}

const belongsTo = (domain: string, { host }: Market): boolean => domain === host || domain.endsWith(`.${host}`)

/** The market's cookies of a browser, in a jar; those of other sites (challenge providers) and empty ones stay behind. */
export async function jarOfBrowser(cookies: readonly BrowserCookie[], market: Market): Promise<CookieJar> {
  const jar = new CookieJar()
  for (const { name, value, domain, path, expires, httpOnly, secure, sameSite } of cookies) {
    const host = domain.replace(/^\./, '')
    if (value === '' || !belongsTo(host, market)) continue
    const cookie = new Cookie({
      key: name,
      value,
      domain: host,
      hostOnly: host === domain,
      path,
      expires: expires < 0 ? 'Infinity' : new Date(expires * 1000),
      httpOnly: httpOnly ?? false,
      secure,
      ...(sameSite !== undefined && { sameSite: sameSite.toLowerCase() }),
    })
    await jar.setCookie(cookie, `https://${host}/`, { ignoreError: true })
  }
  return jar
}

/** The value of the token cookie, or null while there is none (or an empty one, which comes first). */
export const tokenOf = (cookies: readonly BrowserCookie[], market: Market): string | null =>
  cookies.find(
    ({ name, value, domain }) =>
      name === 'access_token_web' && value !== '' && belongsTo(domain.replace(/^\./, ''), market),
  )?.value ?? null
