import type { FastifyRequest } from 'fastify'
import type { Alert } from '#shared/contracts/alert.ts'
import type { Webhook } from '#shared/database/webhooks.ts'
import type { Context } from '../context.ts'
import { feedUrl } from '../feeds/feed-url.ts'

/** The webhooks that this alert may lead to (those of whose it is), and the address of its feed. */
export async function readAlertWays(
  context: Pick<Context, 'config' | 'database'>,
  { id, personId }: Pick<Alert, 'id' | 'personId'>,
  request: FastifyRequest,
): Promise<{ webhooks: Webhook[]; feedUrl: string | null }> {
  const [webhooks, key] = await Promise.all([
    context.database.call('list_webhooks', {}),
    context.database.call('find_feed', { alert_id: id }),
  ])
  return {
    webhooks: webhooks.filter((webhook) => webhook.personId === personId),
    feedUrl: key === null ? null : feedUrl(context, key, request),
  }
}
