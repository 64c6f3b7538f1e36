import { z } from 'zod'
import { FoundListing } from '../contracts/listing.ts'
import { Id, Nothing, Time, rpc } from './rpc.ts'

const language = z.enum(['fr', 'en'])

/** A piece of text, with the markup it gets where markup is possible. Text by strangers is only ever `text`. */
export const Piece = z.object({ text: z.string(), bold: z.literal(true).optional(), href: z.string().optional() })
export type Piece = z.infer<typeof Piece>
export type Line = Piece[]

/** An answer of the bot. With two pictures or more it is an album, and those have no buttons. */
export const Reply = z.object({
  lines: z.array(z.array(Piece)),
  buttons: z.array(
    z.array(
      z.union([z.object({ label: z.string(), url: z.string() }), z.object({ label: z.string(), data: z.string() })]),
    ),
  ),
  photos: z.array(z.string()).max(10),
})
export type Reply = z.infer<typeof Reply>

/** What Vigie says by itself: an incident, the line of the day, a chat that was bound, a way out that is tried, an answer of the bot. */
export const Notice = z.union([
  z.object({ reply: Reply, language }),
  z.object({
    incident: z.string(),
    subject: z.string(),
    detail: z.string(),
    isClosed: z.boolean(),
    /** When it is expected to end. */
    until: Time.nullish(),
    evidenceId: Id.nullable(),
    language,
  }),
  z.object({ daily: z.object({ checks: z.int(), finds: z.int() }), language }),
  z.object({ bound: z.literal(true), language }),
  z.object({ test: z.literal(true), language }),
])

export type Notice = z.infer<typeof Notice>

export const OutboxPayload = z.union([
  Notice,
  z.object({ listing: FoundListing }),
  z.object({ count: z.int(), newest: z.array(FoundListing), reason: z.string().optional() }),
])

export const Notification = z.object({
  id: Id,
  alertId: Id.nullable(),
  alertName: z.string(),
  language: z.enum(['fr', 'en']),
  kind: z.enum(['find', 'drop', 'baseline', 'digest', 'notice']),
  event: z.string(),
  payload: OutboxPayload,
  /** Counts the send that follows. */
  attempts: z.int(),
  /** Sends before this one that got no clear answer. */
  unclearSends: z.int(),
  createdAt: Time,
})

export type Notification = z.infer<typeof Notification>

export const ClaimedMessage = z.object({
  claimId: Id,
  channel: z.string(),
  destination: z.string(),
  topicId: z.int().nullable(),
  isDigest: z.boolean(),
  /** Of the person whose chat it is; times are written in it, in UTC where it is null. */
  timeZone: z.string().nullable(),
  /** How often in a row the whole channel could not be reached. */
  channelFailures: z.int(),
  notifications: z.array(Notification).min(1),
})

export type ClaimedMessage = z.infer<typeof ClaimedMessage>

export const DeliveryOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sent') }),
  z.object({
    kind: z.literal('retry'),
    afterMs: z.number(),
    error: z.string(),
    /** The whole channel waits, not this destination alone. */
    wholeChannel: z.boolean(),
    /** Not the message's fault (429, no network): it takes no attempt. */
    uncounted: z.boolean(),
    /** It may have been delivered all the same. */
    ambiguous: z.boolean(),
  }),
  z.object({ kind: z.literal('failed'), error: z.string() }),
  z.object({ kind: z.literal('disabled'), error: z.string() }),
  z.object({ kind: z.literal('migrated'), to: z.string(), error: z.string() }),
])

export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>

export const OutboxRow = z.object({
  id: Id,
  channel: z.string(),
  destination: z.string(),
  alertId: Id.nullable(),
  itemId: z.int(),
  event: z.string(),
  kind: z.string(),
  status: z.enum(['waiting', 'sending', 'sent', 'merged', 'failed', 'cancelled']),
  attempts: z.int(),
  possibleRepeats: z.int(),
  notBefore: Time,
  lastError: z.string().nullable(),
  createdAt: Time,
  settledAt: Time.nullable(),
  payload: OutboxPayload,
})

export type OutboxRow = z.infer<typeof OutboxRow>

export const outboxRpcs = {
  set_owner_chat: rpc({ chat_id: z.string().nullable() }, Nothing),
  get_owner_chat: rpc({}, z.string().nullable()),
  tell_owner: rpc({ channel: z.string(), event: z.string(), payload: Notice }, Nothing),
  tell_daily: rpc({ channel: z.string(), at: z.string(), language: z.string() }, Nothing),
  claim_message: rpc(
    {
      channel: z.string(),
      claim_id: Id,
      lock_ms: z.int(),
      channel_gap_ms: z.int(),
      max_attempts: z.int(),
      kind: z.string().nullable().optional(),
    },
    z.union([ClaimedMessage, z.object({ waitMs: z.number() })]).nullable(),
  ),
  begin_send: rpc({ claim_id: Id, count: z.int(), needs_ms: z.int() }, z.boolean()),
  settle_message: rpc({ claim_id: Id, outcome: DeliveryOutcome, gap_ms: z.int() }, z.boolean()),
  list_outbox: rpc({ status: z.string().nullable(), most: z.int() }, z.array(OutboxRow)),
  retry_outbox: rpc({ id: Id }, OutboxRow.nullable()),
  get_outbox: rpc({ id: Id }, OutboxRow.nullable()),
}
