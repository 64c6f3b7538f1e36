import { randomUUID } from 'node:crypto'
import { stopwatch } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import type { ClaimedMessage, Notification } from '../database/outbox.ts'
import { logLine } from '../log-lines.ts'
import type { Logger } from '../logger.ts'
import { errorText } from '../errors.ts'
import type { Delivery, MessagingProvider, OutgoingMessage } from '../messaging/messaging-provider.ts'
import { pause } from '../repeat.ts'
import { untilAnswered } from '../database/until-answered.ts'
import { nextStep } from './delivery-policy.ts'
import { renderNotification } from './render-notification.ts'

/** A claim older than this belongs to a sender that died or hangs. A database that is away for less repeats nothing. */
const CLAIM_MS = 90_000
/** What was sent is recorded as long as the claim may be ours; what was not begun is given up sooner. */
const PATIENCE_MS = { claim: 10_000, begin: 10_000, settle: CLAIM_MS }
/** The slowest send: photo, text without it, text without markup, 12 s each. A claim that ends sooner is not begun. */
const SLOWEST_SEND_MS = 36_000

export type Sender = {
  database: Database
  messaging: MessagingProvider
  maxAttempts: number
  logger: Logger
  /** Main sends only what it says itself; the regions send everything. */
  kind?: Notification['kind']
}

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
function write(message: ClaimedMessage): OutgoingMessage | Delivery {
  try {
    return renderNotification(message)
  } catch (error) {
    return { kind: 'rejected', error: `cannot be written: ${errorText(error)}` }
  }
}

const most = (notifications: readonly Notification[], field: 'attempts' | 'unclearSends'): number =>
  Math.max(...notifications.map((notification) => notification[field]))

async function deliver(sender: Sender, message: ClaimedMessage, signal: AbortSignal): Promise<void> {
  const { database, messaging, maxAttempts, logger } = sender
  const { destination, claimId, notifications } = message
  const picture = await untilAnswered(() => screenshotOf(database, message), PATIENCE_MS.claim, logger)
  const words = write(message)
  const written = 'kind' in words ? words : { ...words, ...picture }
  const sinceBegun = stopwatch()
  const begin = { claim_id: claimId, count: notifications.length, needs_ms: SLOWEST_SEND_MS }
  const isOurs = await untilAnswered(() => database.call('begin_send', begin), PATIENCE_MS.begin, logger)
  if (!isOurs) return
  // What was begun in time and then stood still (a stopped process) is somebody else's by now; and who shall stop begins no
  // second try of a photo or markup that was refused.
  const isInTime = (): boolean => !signal.aborted && sinceBegun() < SLOWEST_SEND_MS
  const delivery = 'kind' in written ? written : await messaging.send(destination, message.topicId, written, isInTime)
  const history = {
    attempts: most(notifications, 'attempts'),
    unclearSends: most(notifications, 'unclearSends'),
    channelFailures: message.channelFailures,
  }
  const outcome = nextStep(delivery, history, maxAttempts, Math.random())
  const text = 'plain' in written ? (written.plain.split('\n')[0] ?? '') : ''
  if (outcome.kind === 'sent') logLine(logger, 'messageSent', { destination, text })
  else logLine(logger, 'messageFailed', { destination, outcome: outcome.kind, error: outcome.error })
  // No signal: what happened is recorded even while we stop.
  const settled = { claim_id: claimId, outcome, gap_ms: messaging.gapMs.destination(destination) }
  await untilAnswered(() => database.call('settle_message', settled), PATIENCE_MS.settle, logger)
}

/**
 * Sends what waits, one message at a time, until nothing is due. Several processes may do so at once: a claim takes one
 * destination and holds it until it is settled.
 */
export async function drainOutbox(sender: Sender, signal: AbortSignal): Promise<void> {
  const { database, messaging, maxAttempts, kind, logger } = sender
  while (!signal.aborted) {
    const ask = {
      channel: messaging.channel,
      claim_id: randomUUID(),
      lock_ms: CLAIM_MS,
      channel_gap_ms: messaging.gapMs.channel,
      max_attempts: maxAttempts,
      ...(kind && { kind }),
    }
    const claim = await untilAnswered(() => database.call('claim_message', ask), PATIENCE_MS.claim, logger)
    if (claim === null) return
    if ('waitMs' in claim) await pause(claim.waitMs, signal)
    else await deliver(sender, claim, signal)
  }
}
