import type { Clock } from '../clock.ts'
import { DatabaseError } from '../database/open-database.ts'
import type { Database } from '../database/open-database.ts'
import { webhookRow } from '../database/webhooks.ts'
import { UnreadableSealError, unseal } from '../seal.ts'
import type { Delivery } from './messaging-provider.ts'

const KEPT_MS = 60_000
const MOST_KEPT = 1_000

/** Where a webhook leads; `secret` is what its receiver checks our signature with. */
export type WebhookTarget = { url: string; secret: string }

/** By the id that the outbox knows; a Delivery says why nothing can be sent there. */
export type FindTarget = (id: string) => Promise<WebhookTarget | Delivery>

type Deps = { database: Database; cookieKey: string; clock: Clock }

/** Reads and unseals webhooks, and remembers them for a minute. */
export function createWebhookTargets({ database, cookieKey, clock }: Deps): FindTarget {
  const kept = new Map<string, { target: WebhookTarget; until: number }>()

  async function read(id: string): Promise<WebhookTarget | Delivery> {
    const row = await database.call('read_webhook', { id })
    if (row === null) return { kind: 'rejected', error: 'this webhook was removed' }
    const open = (sealed: string): string => unseal(sealed, cookieKey, webhookRow(id))
    const target = { url: open(row.sealedUrl), secret: row.sealedSecret === null ? '' : open(row.sealedSecret) }
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(id, { target, until: clock.now() + KEPT_MS })
    return target
  }

  return async (id) => {
    const known = kept.get(id)
    if (known && known.until > clock.now()) return known.target
    try {
      return await read(id)
    } catch (error) {
      // Not even tried: nothing is counted against the receiver.
      if (error instanceof DatabaseError) return { kind: 'late', error: 'the database did not say where to' }
      if (error instanceof UnreadableSealError)
        return {
          kind: 'gone',
          error: 'its address was sealed with another COOKIE_ENCRYPTION_KEY: add the webhook again',
        }
      throw error
    }
  }
}
