import { randomUUID } from 'node:crypto'
import type { ClaimedMessage, DeliveryOutcome, OutboxRow } from '../../../shared/database/outbox.ts'
import { listing } from './checks.ts'
import type { VigieDatabase } from './start-vigie-database.ts'

type Claim = ClaimedMessage | { waitMs: number } | null

export const claim = (
  vigie: VigieDatabase,
  options: { channel?: string; lockMs?: number; channelGapMs?: number; maxAttempts?: number; kind?: string } = {},
): Promise<Claim> =>
  vigie.call('claim_message', {
    channel: options.channel ?? 'telegram',
    claim_id: randomUUID(),
    lock_ms: options.lockMs ?? 45_000,
    channel_gap_ms: options.channelGapMs ?? 0,
    max_attempts: options.maxAttempts ?? 5,
    ...(options.kind && { kind: options.kind }),
  })

/** A claim that must yield a message. */
export async function claimMessage(
  vigie: VigieDatabase,
  options: Parameters<typeof claim>[1] = {},
): Promise<ClaimedMessage> {
  const message = await claim(vigie, options)
  if (message === null || 'waitMs' in message) throw new Error(`no message: ${JSON.stringify(message)}`)
  return message
}

/** Just before the channel is asked. */
export const begin = (vigie: VigieDatabase, message: ClaimedMessage): Promise<boolean> =>
  vigie.call('begin_send', { claim_id: message.claimId, count: message.notifications.length, needs_ms: 0 })

/** As if it had been sent, or not: what the channel answered is written down. */
export const settle = async (
  vigie: VigieDatabase,
  message: ClaimedMessage,
  outcome: DeliveryOutcome = { kind: 'sent' },
  gapMs = 0,
): Promise<boolean> => {
  await begin(vigie, message)
  return vigie.call('settle_message', { claim_id: message.claimId, outcome, gap_ms: gapMs })
}

/** Sends all that may be sent now. */
export async function deliverAll(vigie: VigieDatabase): Promise<ClaimedMessage[]> {
  const sent: ClaimedMessage[] = []
  for (;;) {
    const message = await claim(vigie)
    if (message === null) return sent
    if ('waitMs' in message) continue
    sent.push(message)
    await settle(vigie, message)
  }
}

export const RETRY: Extract<DeliveryOutcome, { kind: 'retry' }> = {
  kind: 'retry',
  afterMs: 60_000,
  error: 'Too Many Requests',
  wholeChannel: false,
  uncounted: false,
  ambiguous: false,
}

/** The outbox as the API shows it. */
export const outboxRows = (vigie: VigieDatabase, status: string | null = null): Promise<OutboxRow[]> =>
  vigie.call('list_outbox', { status, most: 1_000 })

/** The one message there is. */
export async function onlyRow(vigie: VigieDatabase): Promise<OutboxRow> {
  const [row, ...more] = await outboxRows(vigie)
  if (!row || more.length > 0) throw new Error(`${more.length + (row ? 1 : 0)} messages instead of one`)
  return row
}

/** Every claim has run out. */
export const senderDied = (vigie: VigieDatabase): Promise<unknown> =>
  vigie.query(`update public.outbox_destinations set locked_until = now() - interval '1 second'`)

/** A message in a few words: `find 7 (Robes, Jupes)`, `baseline 3 (Robes)`, `digest of 12`. */
export function inWords({ isDigest, notifications }: ClaimedMessage): string {
  if (isDigest) return `digest of ${notifications.length}`
  const [first] = notifications
  if (!first) return 'nothing'
  const names = notifications.map((notification) => notification.alertName).sort()
  const { payload } = first
  const about = 'listing' in payload ? payload.listing.itemId : 'count' in payload ? payload.count : ''
  return `${first.kind} ${about} (${names.join(', ')})`
}

export const deliverInWords = async (vigie: VigieDatabase): Promise<string[]> => (await deliverAll(vigie)).map(inWords)

type QueuedMessage = {
  destination?: string
  topicId?: number | null
  alertId?: string | null
  itemId: number
  event?: string
  listing?: unknown
}

/** A find that waits, without the check that made it. */
export async function enqueue(vigie: VigieDatabase, message: QueuedMessage): Promise<void> {
  const { destination = 'chat-1', topicId = null, alertId = null, itemId, event = 'new' } = message
  const payload = { listing: listing(itemId) }
  await vigie.query(`select public.enqueue(array[('telegram', $1, $2, $3, $4, $5, 'find', $6)::public.new_message])`, [
    destination,
    topicId,
    alertId,
    itemId,
    event,
    JSON.stringify(payload),
  ])
}
