import { randomUUID } from 'node:crypto'
import type { Database } from '../database/open-database.ts'
import type { ClaimedMessage } from '../database/rows.ts'
import { logLine } from '../log-lines.ts'
import type { Logger } from '../logger.ts'
import { errorText } from '../errors.ts'
import type { Delivery, MessagingProvider, OutgoingMessage } from '../messaging/messaging-provider.ts'
import { pause } from '../repeat.ts'
import { nextStep } from './delivery-policy.ts'
import { renderNotification } from './render-notification.ts'

/** Longer than the slowest send (photo, text, plain: 3 × 12 s): an older claim belongs to a sender that died. */
const CLAIM_MS = 45_000

export type Sender = { database: Database; messaging: MessagingProvider; maxAttempts: number; logger: Logger }

/** The picture that belongs to a single notice, while its evidence is kept. */
async function screenshotOf(
  database: Database,
  { notifications }: ClaimedMessage,
): Promise<{ photoData?: Uint8Array }> {
  const payload = notifications.length === 1 ? notifications[0]?.payload : undefined
  if (!payload || !('incident' in payload) || payload.evidenceId === null || payload.isClosed) return {}
  const evidence = await database.call('get_evidence', { id: payload.evidenceId })
  return evidence?.screenshot ? { photoData: Buffer.from(evidence.screenshot, 'base64') } : {}
}

/** A message that cannot be written is a dead letter: it must not block its chat. */
async function send(
  { database, messaging }: Sender,
  message: ClaimedMessage,
): Promise<{ delivery: Delivery; text: string }> {
  let outgoing: OutgoingMessage
  try {
    outgoing = renderNotification(message)
  } catch (error) {
    return { delivery: { kind: 'rejected', error: `cannot be written: ${errorText(error)}` }, text: '' }
  }
  const screenshot = await screenshotOf(database, message)
  const delivery = await messaging.send(message.destination, message.topicId, { ...outgoing, ...screenshot })
  return { delivery, text: outgoing.plain.split('\n')[0] ?? '' }
}

async function deliver(sender: Sender, message: ClaimedMessage): Promise<void> {
  const { database, messaging, maxAttempts, logger } = sender
  const { delivery, text } = await send(sender, message)
  const attempts = Math.max(...message.notifications.map((notification) => notification.attempts))
  const outcome = nextStep(delivery, attempts, maxAttempts, Math.random())
  const { destination } = message
  if (outcome.kind === 'sent') logLine(logger, 'messageSent', { destination, text })
  else logLine(logger, 'messageFailed', { destination, outcome: outcome.kind, error: outcome.error })
  // No signal: what happened is recorded even while we stop.
  await database.call('settle_message', {
    claim_id: message.claimId,
    outcome,
    gap_ms: messaging.gapMs.destination(destination),
  })
}

/**
 * Sends what waits, one message at a time, until nothing is due. Several processes may do so at once: a claim takes one
 * destination and holds it until it is settled.
 */
export async function drainOutbox(sender: Sender, signal: AbortSignal): Promise<void> {
  const { database, messaging } = sender
  while (!signal.aborted) {
    const claim = await database.call('claim_message', {
      channel: messaging.channel,
      claim_id: randomUUID(),
      lock_ms: CLAIM_MS,
      channel_gap_ms: messaging.gapMs.channel,
    })
    if (claim === null) return
    if ('waitMs' in claim) await pause(claim.waitMs, signal)
    else await deliver(sender, claim)
  }
}
