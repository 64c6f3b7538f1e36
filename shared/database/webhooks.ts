import { z } from 'zod'
import { Id, rpc, Time } from './rpc.ts'

/** What may be shown of a webhook: its address and its secret are not in it. */
export const Webhook = z.object({
  id: Id,
  /** Whose it is; null is the owner's. */
  personId: Id.nullable(),
  kind: z.enum(['discord', 'standard']),
  name: z.string(),
  host: z.string(),
  createdAt: Time,
  /** How many alerts lead there. */
  alerts: z.int(),
  /** Why nothing is sent there any more, in the receiver's words; `retry` of a failed message tries again. */
  disabledReason: z.string().nullable(),
})
export type Webhook = z.infer<typeof Webhook>

/** Sealed with COOKIE_ENCRYPTION_KEY for `webhookRow(id)`. */
const NewWebhook = z.object({
  id: Id,
  personId: Id.nullable(),
  kind: z.enum(['discord', 'standard']),
  name: z.string(),
  host: z.string(),
  sealedUrl: z.string(),
  sealedSecret: z.string().nullable(),
})

/** The place that a sealed address or secret belongs to. */
export const webhookRow = (id: string): string => `webhooks:${id}`

export const webhooksRpcs = {
  create_webhook: rpc({ webhook: NewWebhook }, Webhook),
  /** Of one person, or all. */
  list_webhooks: rpc({ person_id: Id.nullable().optional() }, z.array(Webhook)),
  read_webhook: rpc(
    { id: Id },
    z
      .object({ kind: z.enum(['discord', 'standard']), sealedUrl: z.string(), sealedSecret: z.string().nullable() })
      .nullable(),
  ),
  delete_webhook: rpc({ id: Id }, z.boolean()),
}
