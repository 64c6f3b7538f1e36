import type { Database } from '#shared/database/open-database.ts'
import { invalidField } from '#shared/errors.ts'

/**
 * Ids that lead nowhere are refused, so that nobody waits for messages that cannot come; somebody else's lead nowhere too
 * (`personId` null: the owner's). Throws ProblemError 400.
 */
export async function requireWebhooks(
  database: Database,
  ids: readonly string[] = [],
  personId: string | null = null,
): Promise<void> {
  if (ids.length === 0) return
  const webhooks = await database.call('list_webhooks', {})
  const own = new Set(webhooks.filter((webhook) => webhook.personId === personId).map(({ id }) => id))
  const unknown = ids.filter((id) => !own.has(id))
  if (unknown.length === 0) return
  throw invalidField('webhookIds', `wants ids of GET /api/v1/webhooks (got ${unknown.join(', ')})`)
}
