import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { webhookRow } from '#shared/database/webhooks.ts'
import type { Webhook } from '#shared/database/webhooks.ts'
import { invalidField } from '#shared/errors.ts'
import { readDiscordUrl, readStandardUrl } from '#shared/messaging/webhook-url.ts'
import { seal } from '#shared/seal.ts'
import type { Context } from '../context.ts'
import { requireCookieKey } from '../require-cookie-key.ts'

export const WebhookInput = z.strictObject({
  /** `discord` a channel's webhook · `standard` any program, signed as Standard Webhooks has it. */
  kind: z.enum(['discord', 'standard'], 'wants discord or standard'),
  name: z.string().trim().min(1).max(100),
  /** A secret: never shown again. */
  url: z.string().min(1),
})
export type WebhookInput = z.infer<typeof WebhookInput>

type Deps = Pick<Context, 'database' | 'config'>

/** Standard Webhooks: `whsec_` and 24-64 random bytes in base64. */
const makeSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/**
 * A new way out. The `secret` of a standard one is shown here and never again. `personId` null: the owner's. Throws
 * ProblemError 400 that names the field without repeating the address, 503 without a key to seal it with.
 */
export async function addWebhook(
  { database, config }: Deps,
  { kind, name, url }: WebhookInput,
  personId: string | null,
): Promise<Webhook & { secret?: string }> {
  const read = kind === 'discord' ? readDiscordUrl(url) : readStandardUrl(url, config.webhookAllowedHosts)
  if (read.kind === 'refused') throw invalidField('url', read.reason)
  const cookieKey = requireCookieKey(config)
  const id = randomUUID()
  const sealed = (value: string): string => seal(value, cookieKey, webhookRow(id))
  const secret = kind === 'standard' ? makeSecret() : null
  const webhook = await database.call('create_webhook', {
    webhook: {
      id,
      personId,
      kind,
      name,
      host: read.url.host,
      sealedUrl: sealed(read.url.href),
      sealedSecret: secret === null ? null : sealed(secret),
    },
  })
  return { ...webhook, ...(secret !== null && { secret }) }
}
