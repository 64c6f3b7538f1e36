import type { SeenFacts, TelegramFacts } from './facts.ts'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'

/** An error that was long ago is history: Telegram keeps the last one for ever. */
const RECENT_MS = 3_600_000
const MANY_PENDING = 20

/** Never the whole address: its path is a secret. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? '?'

/** Telegram calls main where it has a public address; elsewhere main asks, and both at once exclude each other. */
function ofWebhook(
  webhook: NonNullable<TelegramFacts['webhook']> & { ok: true },
  publicBaseUrl: string | null,
  now: number,
): Finding {
  const { url, pending, lastError } = webhook
  const wanted = publicBaseUrl === null ? null : hostOf(publicBaseUrl)
  const host = hostOf(url)
  if (wanted === null) {
    if (url !== '') return finding('broken', ['webhook'], 'webhookUnwanted', { host })
  } else {
    if (url === '') return finding('broken', ['webhook'], 'webhookMissing', { host: wanted })
    if (host !== wanted) return finding('broken', ['webhook'], 'webhookElsewhere', { host, wants: wanted })
    if (lastError !== null && now - lastError.at < RECENT_MS)
      return finding('look', ['webhook'], 'webhookFailing', { error: lastError.message, pending })
  }
  if (pending > MANY_PENDING) return finding('look', ['webhook'], 'webhookPending', { pending })
  return wanted === null
    ? finding('ok', ['webhook'], 'webhookPolling')
    : finding('ok', ['webhook'], 'webhookOk', { host })
}

function failureOf(status: number | null) {
  if (status === null) return 'telegramAway'
  return status === 401 || status === 404 ? 'telegramRefused' : 'telegramFails'
}

export function judgeTelegram({ telegram, publicBaseUrl, fleet }: SeenFacts, now: number): Finding[] {
  if (telegram === null) return [finding('ok', ['telegram'], 'telegramNone')]
  const { me, webhook } = telegram
  if (!me.ok) return [finding('broken', ['telegram'], failureOf(me.status), { error: me.error })]
  return [
    finding('ok', ['telegram'], 'telegramOk', { name: me.name }),
    ...(webhook === null
      ? []
      : webhook.ok
        ? [ofWebhook(webhook, publicBaseUrl, now)]
        : [finding('broken', ['webhook'], failureOf(webhook.status), { error: webhook.error })]),
    ...(fleet === null
      ? []
      : [fleet.hasOwnerChat ? finding('ok', ['chat'], 'chatOk') : finding('look', ['chat'], 'chatUnknown')]),
  ]
}
