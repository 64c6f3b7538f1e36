import type { Database } from '#shared/database/open-database.ts'
import { ProblemError } from '#shared/errors.ts'

/** Ids that lead nowhere are refused, so that nobody waits for messages that cannot come. Throws ProblemError 400. */
export async function requireWebhooks(database: Database, ids: readonly string[] = []): Promise<void> {
  if (ids.length === 0) return
  const known = new Set((await database.call('list_webhooks', {})).map(({ id }) => id))
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length === 0) return
  const message = `wants ids of GET /api/v1/webhooks (got ${unknown.join(', ')})`
  throw new ProblemError(400, 'VALIDATION_FAILED', `webhookIds: ${message}`, {
    issues: [{ field: 'webhookIds', message }],
  })
}
