import { stopwatch } from '#shared/clock.ts'
import { logLine } from '#shared/log-lines.ts'
import { pause } from '#shared/repeat.ts'
import type { Context } from '../context.ts'
import { insist } from './insist.ts'
import { WEBHOOK_PATH, webhookSecret } from './webhook-secret.ts'

type Bot = NonNullable<Context['bot']>

/** A server that does not hold an empty poll open is asked no more often than this. */
const LEAST_POLL_MS = 500

/**
 * Updates reach the inbox: by webhook where the world can reach us, by long polling otherwise. Telegram allows one of the two.
 * What was polled is confirmed only after all of it is stored.
 */
export async function receiveUpdates(
  { config, logger }: Pick<Context, 'config' | 'logger'>,
  { telegram, inbox }: Bot,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { publicBaseUrl, apiKey } = config
  const webhook =
    publicBaseUrl === null ? null : { url: `${publicBaseUrl}${WEBHOOK_PATH}`, secret: webhookSecret(apiKey) }
  if (!(await insist('bot', () => telegram.useWebhook(webhook, signal), logger, signal))) return
  logLine(logger, 'botListens', { bot: name, way: webhook === null ? 'polling' : `webhook ${webhook.url}` })
  if (webhook !== null) return

  let offset = 0
  while (!signal.aborted) {
    const elapsed = stopwatch()
    const round = await insist('bot', pollOnce, logger, signal)
    if (round?.result === 0) await pause(Math.max(0, LEAST_POLL_MS - elapsed()), signal)
  }

  async function pollOnce(): Promise<number> {
    const updates = await telegram.poll(offset, signal)
    for (const update of updates) {
      const id = await inbox.take(update)
      if (id !== null) offset = Math.max(offset, id + 1)
    }
    return updates.length
  }
}
