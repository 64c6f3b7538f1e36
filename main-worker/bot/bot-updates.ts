import { Api, TelegramApiError } from 'node-telegram-bot-api'

/** Telegram holds an empty poll open this long. */
const POLL_S = 25

export type TextUpdate = { chatId: string; text: string }

/** What people write to the bot, by long polling; each update once. */
export type BotUpdates = {
  botName(signal: AbortSignal): Promise<string>
  /** The next texts; an empty list after a poll without any. */
  next(signal: AbortSignal): Promise<TextUpdate[]>
  /** Tells Telegram that all of it was handled. */
  done(signal: AbortSignal): Promise<void>
}

/** The URL of a call holds the token: only Telegram's own words are repeated. */
async function hidingToken<Result>(call: () => Promise<Result>): Promise<Result> {
  const outcome = await call().then(
    (result) => ({ result }),
    (error: unknown) => ({
      said: error instanceof TelegramApiError ? `${error.errorCode} ${error.description}` : 'no answer',
    }),
  )
  if ('said' in outcome) throw new Error(`Telegram: ${outcome.said}`)
  return outcome.result
}

export function createBotUpdates(token: string, apiRoot: string): BotUpdates {
  const api = new Api(token, { apiRoot, timeoutMs: (POLL_S + 10) * 1000, maxRetries: 0 })
  let offset = 0
  const poll = (timeout: number, signal: AbortSignal) =>
    hidingToken(() => api.getUpdates({ offset, timeout, allowed_updates: ['message'] }, signal))
  return {
    botName: async (signal) => `@${(await hidingToken(() => api.getMe(signal))).username ?? 'your bot'}`,
    async next(signal) {
      const updates = await poll(POLL_S, signal)
      offset = Math.max(offset, ...updates.map((update) => update.update_id + 1))
      return updates.flatMap((update) => {
        const message = 'message' in update ? update.message : undefined
        return message?.text === undefined ? [] : [{ chatId: String(message.chat.id), text: message.text }]
      })
    },
    async done(signal) {
      await poll(0, signal)
    },
  }
}
