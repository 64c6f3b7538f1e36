import { errorText } from '../errors.ts'
import { logLine } from '../log-lines.ts'
import type { MessagingProvider } from '../messaging/messaging-provider.ts'
import { repeat } from '../repeat.ts'
import { drainOutbox } from './drain-outbox.ts'
import type { Sender } from './drain-outbox.ts'

/** How soon a message is seen by a sender that was idle. */
const LOOK_EVERY_MS = 1_000

/** Sends whatever waits on each of its channels, until the signal aborts; the message in flight is settled first. */
export async function sendMessages(
  { senders, ...rest }: Omit<Sender, 'messaging'> & { senders: readonly MessagingProvider[] },
  signal: AbortSignal,
): Promise<void> {
  const sendOn = (messaging: MessagingProvider): Promise<void> =>
    repeat(
      LOOK_EVERY_MS,
      async () => {
        try {
          await drainOutbox({ ...rest, messaging }, signal)
        } catch (error) {
          logLine(rest.logger, 'loopFailed', { loop: `outbox ${messaging.channel}`, error: errorText(error) })
        }
      },
      signal,
    )
  await Promise.all(senders.map(sendOn))
}
