import type { Clock } from '#shared/clock.ts'
import type { Logger } from '#shared/logger.ts'
import { pause } from '#shared/repeat.ts'
import type { Update, UpdateQueue } from './update-queue.ts'

export type WebhookTarget = { url: string; secret: string }
export type Webhook = {
  current(): WebhookTarget | null
  set(target: WebhookTarget | null): Promise<void>
  lastError(): { at: number; message: string } | null
  close(): Promise<void>
}

const ANSWER_WITHIN_MS = 10_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000

type Delivery = { kind: 'accepted' } | { kind: 'failed'; message: string; retryAfterMs: number | null }

/** Delivers updates one by one, in order, each again and again until a 2xx; obeys the receiver's `Retry-After`. */
export function createWebhook(queue: UpdateQueue, clock: Clock, logger: Logger): Webhook {
  let target: WebhookTarget | null = null
  let lastError: { at: number; message: string } | null = null
  let stop = new AbortController()
  let delivering: Promise<void> = Promise.resolve()

  async function deliver(to: WebhookTarget, signal: AbortSignal): Promise<void> {
    let retryMs = FIRST_RETRY_MS
    while (!signal.aborted) {
      const update = queue.first()
      if (!update) {
        await queue.pushed(signal)
        continue
      }
      const delivery = await post(to, update, signal)
      if (delivery.kind === 'accepted') {
        queue.confirmBelow(update.update_id + 1)
        retryMs = FIRST_RETRY_MS
      } else if (!signal.aborted) {
        lastError = { at: clock.now(), message: delivery.message }
        logger.debug({ updateId: update.update_id, reason: delivery.message }, 'the webhook did not take an update')
        await pause(delivery.retryAfterMs ?? retryMs, signal)
        retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)
      }
    }
  }

  const halt = async (): Promise<void> => {
    stop.abort()
    await delivering
  }

  return {
    current: () => target,
    lastError: () => lastError,
    async set(next) {
      await halt()
      target = next
      lastError = null
      stop = new AbortController()
      delivering = next ? deliver(next, stop.signal) : Promise.resolve()
    },
    close: halt,
  }
}

async function post({ url, secret }: WebhookTarget, update: Update, signal: AbortSignal): Promise<Delivery> {
  const secretHeader: Record<string, string> = secret === '' ? {} : { 'x-telegram-bot-api-secret-token': secret }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...secretHeader },
      body: JSON.stringify(update),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    })
    await response.body?.cancel()
    if (response.ok) return { kind: 'accepted' }
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    return {
      kind: 'failed',
      message: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
    }
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error), retryAfterMs: null }
  }
}
