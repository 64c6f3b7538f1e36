import { z } from 'zod'
import { Alert } from '../contracts/alert.ts'
import { FoundListing } from '../contracts/listing.ts'
import { AlertFields } from './alerts.ts'
import { Notice } from './outbox.ts'
import { Id, Nothing, Time, rpc } from './rpc.ts'

const place = {
  /** A private chat or a group. */
  chatId: z.string(),
  /** A topic of a group with topics; null anywhere else. */
  topicId: z.int().nullable(),
  isPrivate: z.boolean(),
  /** Of who did it, as far as Telegram says. */
  language: z.enum(['fr', 'en']),
}

/** What somebody did in a chat with the bot, in our words. */
export const BotUpdate = z.discriminatedUnion('kind', [
  /** `links` are those that hide behind words. */
  z.object({ kind: z.literal('text'), ...place, text: z.string(), links: z.array(z.string()) }),
  /** `messageId` is null where Telegram does not say it (an old message). */
  z.object({
    kind: z.literal('press'),
    ...place,
    pressId: z.string(),
    messageId: z.int().nullable(),
    data: z.string(),
  }),
])
export type BotUpdate = z.infer<typeof BotUpdate>

export const ClaimedUpdate = z.object({
  updateId: z.int(),
  /** From 1; it fences `settle_update`. */
  attempt: z.int(),
  receivedAt: Time,
  content: BotUpdate,
})
export type ClaimedUpdate = z.infer<typeof ClaimedUpdate>

export const Draft = z.object({
  /** Also the id of the alert that it becomes. */
  id: Id,
  /** The update that wrote it last. */
  version: z.int(),
  input: AlertFields,
  state: z.enum(['shown', 'editing', 'saved', 'cancelled']),
  /** The update that brought it into this state. */
  markedBy: z.int().nullable(),
})
export type Draft = z.infer<typeof Draft>

export const Find = z.object({ listing: FoundListing, alertIds: z.array(Id) })
export type Find = z.infer<typeof Find>

const inChat = { channel: z.string(), chat_id: z.string(), topic_id: z.int().nullable() }

export const botRpcs = {
  store_update: rpc({ update_id: z.int(), chat_id: z.string(), content: BotUpdate }, z.boolean()),
  claim_update: rpc({ lease_ms: z.int() }, ClaimedUpdate.nullable()),
  settle_update: rpc({ update_id: z.int(), attempt: z.int(), retry_ms: z.int().nullable() }, z.boolean()),
  release_updates: rpc({}, Nothing),
  tell_chat: rpc({ ...inChat, event: z.string(), payload: Notice }, Id),
  tell_stranger: rpc({ ...inChat, update_id: z.int(), payload: Notice }, z.boolean()),
  put_draft: rpc(
    { id: Id, chat_id: z.string(), topic_id: z.int().nullable(), version: z.int(), input: AlertFields },
    Draft.nullable(),
  ),
  get_draft: rpc({ chat_id: z.string(), topic_id: z.int().nullable() }, Draft.nullable()),
  mark_draft: rpc({ id: Id, state: z.enum(['editing', 'saved', 'cancelled']), update_id: z.int() }, Nothing),
  read_find: rpc({ id: Id }, Find.nullable()),
  set_seller_muted: rpc({ alert_ids: z.array(Id), seller: z.string(), is_muted: z.boolean() }, z.array(Alert)),
  read_person_numbers: rpc(
    { person_id: Id },
    z.object({ alerts: z.int(), watching: z.int(), finds: z.int(), lastCheckedAt: Time.nullable() }),
  ),
}
