import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'

/** 32 random bytes: an address that nobody guesses is the key itself. */
const makeKey = (): string => randomBytes(32).toString('base64url')

/** Where a reader finds the feed: under PUBLIC_BASE_URL, else where this request came to. */
export const feedUrl = ({ config }: Pick<Context, 'config'>, key: string, request: FastifyRequest): string =>
  `${config.publicBaseUrl ?? `${request.protocol}://${request.host}`}/feeds/${key}.xml`

/** The alert's feed, made where there was none; null when there is no such alert. */
export async function openFeed(
  context: Pick<Context, 'config' | 'database'>,
  alertId: string,
  request: FastifyRequest,
): Promise<string | null> {
  const key = await context.database.call('open_feed', { alert_id: alertId, key: makeKey() })
  return key === null ? null : feedUrl(context, key, request)
}
