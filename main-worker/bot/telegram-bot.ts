import { Api, TelegramApiError } from 'node-telegram-bot-api'
import type { BotUpdate } from '#shared/database/bot.ts'

/** Telegram holds an empty poll open this long. */
const POLL_S = 25
const CALL_TIMEOUT_MS = 12_000
const HEARD = ['message', 'callback_query', 'my_chat_member']

type Place = Pick<BotUpdate, 'chatId' | 'topicId'>
export type MenuEntry = { command: string; description: string }

/** What the bot asks of Telegram beside sending what waits in the outbox. Every call throws what Telegram said. */
export type TelegramBot = {
  /** With its @. */
  name(signal: AbortSignal): Promise<string>
  /** Updates from `offset` on, as they came; waits for the first one, and tells Telegram that those before are stored. */
  poll(offset: number, signal: AbortSignal): Promise<unknown[]>
  /** Null: updates are polled from now on. */
  useWebhook(webhook: { url: string; secret: string } | null, signal: AbortSignal): Promise<void>
  /** `language` null is for everybody else. */
  publishMenu(menu: MenuEntry[], language: string | null, signal: AbortSignal): Promise<void>
  /** Shows "typing…" for five seconds. */
  showTyping(place: Place, signal: AbortSignal): Promise<void>
  answerPress(pressId: string, text: string, signal: AbortSignal): Promise<void>
  removeKeyboard(chatId: string, messageId: number, signal: AbortSignal): Promise<void>
  /** For what must not be stored on its way: anything else goes through the outbox. */
  whisper(place: Place, text: string, signal: AbortSignal): Promise<void>
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

const toPlace = ({ chatId, topicId }: Place) => ({
  chat_id: chatId,
  ...(topicId !== null && { message_thread_id: topicId }),
})

export function createTelegramBot(token: string, apiRoot: string): TelegramBot {
  const patient = new Api(token, { apiRoot, timeoutMs: (POLL_S + 10) * 1000, maxRetries: 0 })
  const api = new Api(token, { apiRoot, timeoutMs: CALL_TIMEOUT_MS, maxRetries: 0 })
  const done = async (call: () => Promise<unknown>): Promise<void> => {
    await hidingToken(call)
  }
  return {
    name: async (signal) => `@${(await hidingToken(() => api.getMe(signal))).username ?? 'your bot'}`,
    poll: (offset, signal) =>
      hidingToken(() => patient.getUpdates({ offset, timeout: POLL_S, allowed_updates: HEARD }, signal)),
    useWebhook: (webhook, signal) =>
      done(() =>
        webhook === null
          ? api.deleteWebhook({}, signal)
          : api.setWebhook({ url: webhook.url, secret_token: webhook.secret, allowed_updates: HEARD }, signal),
      ),
    publishMenu: (commands, language, signal) =>
      done(() => api.setMyCommands({ commands, ...(language !== null && { language_code: language }) }, signal)),
    showTyping: (place, signal) => done(() => api.sendChatAction({ ...toPlace(place), action: 'typing' }, signal)),
    answerPress: (pressId, text, signal) =>
      done(() => api.answerCallbackQuery({ callback_query_id: pressId, ...(text !== '' && { text }) }, signal)),
    removeKeyboard: (chatId, messageId, signal) =>
      done(() => api.editMessageReplyMarkup({ chat_id: chatId, message_id: messageId }, signal)),
    whisper: (place, text, signal) =>
      done(() => api.sendMessage({ ...toPlace(place), text, link_preview_options: { is_disabled: true } }, signal)),
  }
}
