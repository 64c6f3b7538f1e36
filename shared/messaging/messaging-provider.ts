import type { Notification } from '../database/outbox.ts'

/** A link, or something the bot hears of when it is pressed (`data`: at most 64 bytes). */
export type Button = { label: string; url: string } | { label: string; data: string }

/** A message ready to send. `html` uses <b> and <a> only and is escaped; `plain` says the same without markup. */
export type OutgoingMessage = {
  html: string
  plain: string
  photoUrl: string | null
  /** A picture of our own (JPEG), instead of one by URL. */
  photoData?: Uint8Array
  /** Two to ten pictures by URL, shown as one; without buttons. */
  album?: readonly string[]
  /** Row by row. */
  buttons: Button[][]
  /** What it was written from, for channels that programs read. */
  notifications: readonly Notification[]
}

/** How a channel answered. Only `sent` is certain to have arrived, only `unclear` may have; `late` was not even tried. */
export type Delivery =
  | { kind: 'sent' }
  | { kind: 'throttled'; retryAfterMs: number; error: string }
  | { kind: 'gone'; error: string }
  | { kind: 'migrated'; to: string; error: string }
  | { kind: 'rejected'; error: string }
  /** `dedupes`: the receiver recognises a repeat, so that more than one does no harm. */
  | { kind: 'unclear'; error: string; dedupes?: true }
  /** `isAlone`: this destination cannot be reached, which says nothing about the others of its channel. */
  | { kind: 'not-sent'; error: string; isAlone?: true }
  | { kind: 'late'; error: string }

/**
 * A way out. It never throws for what the other side says; retries are the outbox's. `isInTime` is asked before each call:
 * once it says no, the message may be somebody else's.
 */
export type MessagingProvider = {
  channel: 'telegram' | 'console' | 'discord' | 'webhook'
  /** The pause this channel wants between any two messages, and between two to one destination. */
  gapMs: { channel: number; destination: (destination: string) => number }
  send(
    destination: string,
    topicId: number | null,
    message: OutgoingMessage,
    isInTime: () => boolean,
  ): Promise<Delivery>
}
