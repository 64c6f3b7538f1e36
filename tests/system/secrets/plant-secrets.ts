import { randomBytes } from 'node:crypto'
import type { Secret } from './find-secrets.ts'

const random = (bytes: number): string => randomBytes(bytes).toString('hex')

/** Recognisable by its name in the middle; its beginning and its end are like no other. */
export const planted = (name: string, bytes = 24): string => `${random(6)}-planted-${name}-${random(bytes)}`

/** A token as the site makes them, good for `hours`. */
export function plantedToken(name: string, hours = 2): string {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + hours * 3600
  return `${part({ alg: 'HS256' })}.${part({ exp, of: planted(name) })}.${randomBytes(32).toString('base64url')}`
}

export type Planted = ReturnType<typeof plantSecrets>

/** A value of our own for every secret of a fleet, and the list of them to look for. */
export function plantSecrets() {
  const cookieKey = randomBytes(32)
  const env = {
    API_SECRET: planted('api-secret'),
    API_SECRET_PREVIOUS: planted('previous-api-secret'),
    COOKIE_ENCRYPTION_KEY: cookieKey.toString('base64'),
    TELEGRAM_BOT_TOKEN: `1000000:${planted('bot-token')}`,
    VINTED_FULL_COOKIES: `cf_clearance=${planted('full-cookies')}; datadome=${planted('full-cookies-too')}`,
    // Nobody listens there: what is said of the failure must not name the path.
    HEARTBEAT_URL: `http://127.0.0.1:1/ping/${planted('heartbeat')}`,
  }
  const [clearance = '', datadome = ''] = env.VINTED_FULL_COOKIES.split('; ').map((pair) => pair.split('=')[1] ?? '')
  const cookies = {
    access_token_web: plantedToken('imported-token'),
    datadome: planted('imported-datadome'),
    refresh_token_web: plantedToken('imported-refresh', 48),
    v_udt: planted('imported-udt'),
    anon_id: planted('imported-anon'),
    made_up_by_the_site: planted('imported-other'),
  }
  const secrets: Secret[] = [
    ...Object.entries(env).flatMap(([name, value]) =>
      name === 'VINTED_FULL_COOKIES'
        ? []
        : [{ name, value: name === 'HEARTBEAT_URL' ? value.replace(/^.*\//, '') : value }],
    ),
    { name: 'VINTED_FULL_COOKIES, cf_clearance', value: clearance },
    { name: 'VINTED_FULL_COOKIES, datadome', value: datadome },
    { name: 'COOKIE_ENCRYPTION_KEY, its bytes', value: cookieKey.toString('hex') },
    ...Object.entries(cookies).map(([name, value]) => ({ name: `imported cookie ${name}`, value })),
  ]
  return { env, cookies, cookieHeader: toHeader(cookies), secrets }
}

const toHeader = (cookies: Record<string, string>): string =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
