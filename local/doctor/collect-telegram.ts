import { Api, TelegramApiError } from 'node-telegram-bot-api'
import type { Answer, TelegramFacts } from './facts.ts'

const DEADLINE_MS = 10_000

/** The URL of a call holds the token: only Telegram's own words are repeated. */
async function answerOf<Good extends object>(call: () => Promise<Good>): Promise<Answer<Good>> {
  try {
    return { ok: true, ...(await call()) }
  } catch (error) {
    if (!(error instanceof TelegramApiError)) return { ok: false, status: null, error: 'no answer' }
    return { ok: false, status: error.errorCode, error: `${error.errorCode} ${error.description}` }
  }
}

/** Who the bot is and where Telegram takes what is written to it. Asks, changes nothing. */
export async function collectTelegram(token: string, apiRoot: string): Promise<TelegramFacts> {
  const api = new Api(token, { apiRoot, timeoutMs: DEADLINE_MS, maxRetries: 0 })
  const me = await answerOf(async () => ({ name: `@${(await api.getMe()).username ?? 'your bot'}` }))
  if (!me.ok) return { me, webhook: null }
  const webhook = await answerOf(async () => {
    const info = await api.getWebhookInfo()
    const { last_error_date: at, last_error_message: message } = info
    return {
      url: info.url ?? '',
      pending: info.pending_update_count,
      lastError: at === undefined ? null : { at: at * 1000, message: message ?? 'unknown' },
    }
  })
  return { me, webhook }
}
