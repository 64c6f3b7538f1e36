import { ProblemError } from '#shared/errors.ts'
import type { Config } from './config.ts'

/** The key that sessions and webhooks are sealed with. Throws ProblemError 503 where main has none. */
export function requireCookieKey({ cookieKey }: Pick<Config, 'cookieKey'>): NonNullable<Config['cookieKey']> {
  if (cookieKey !== null) return cookieKey
  throw new ProblemError(
    503,
    'NO_COOKIE_ENCRYPTION_KEY',
    'set COOKIE_ENCRYPTION_KEY on the main worker, the same as on the regions: sessions and webhooks are sealed with it',
  )
}
