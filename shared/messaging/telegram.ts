import { Api, InputFile, NetworkError, TelegramApiError } from 'node-telegram-bot-api'
import { neverLeft } from '../net/never-left.ts'
import type { Button, Delivery, MessagingProvider, OutgoingMessage } from './messaging-provider.ts'

/** Nobody waits longer for one send; stopping gracefully waits for it too. */
export const SEND_TIMEOUT_MS = 12_000

const JPEG = { filename: 'screenshot.jpg', contentType: 'image/jpeg' }

/** About 1 message/s per chat, 20/min per group, 30/s overall (Bot API server, November 2026). */
const GAP_MS = { channel: 34, chat: 1_000, group: 3_000 }

const chatIsGone =
  /chat not found|bot was blocked|user is deactivated|bot was kicked|bot is not a member|group chat was deleted/i
const markupIsRefused = /can't parse entities/i

/** The URL of a call holds the token, so causes are never repeated: only Telegram's own words are. */
function toDelivery(error: unknown): Delivery {
  if (error instanceof TelegramApiError) {
    const text = `${error.errorCode} ${error.description}`
    if (error.errorCode === 429)
      return { kind: 'throttled', retryAfterMs: (error.retryAfter ?? 30) * 1000, error: text }
    // The token, not the message: nothing can be sent until it is mended.
    if (error.errorCode === 401 || error.errorCode === 404)
      return { kind: 'not-sent', error: `${text}: is TELEGRAM_BOT_TOKEN right?` }
    if (error.migrateToChatId) return { kind: 'migrated', to: String(error.migrateToChatId), error: text }
    if (error.errorCode >= 500) return { kind: 'unclear', error: text }
    return { kind: chatIsGone.test(error.description) ? 'gone' : 'rejected', error: text }
  }
  if (error instanceof NetworkError && neverLeft(error))
    return { kind: 'not-sent', error: 'Telegram cannot be reached' }
  return { kind: 'unclear', error: 'no answer from Telegram' }
}

/** The first picture carries the words. */
const toMedia = (album: readonly string[], caption: string, markup: { parse_mode?: 'HTML' }) =>
  album.map((media, place) => ({ type: 'photo' as const, media, ...(place === 0 && { caption, ...markup }) }))

const toKeys = (row: readonly Button[]) =>
  row.map((button) =>
    'url' in button ? { text: button.label, url: button.url } : { text: button.label, callback_data: button.data },
  )

const descriptionOf = (error: unknown): string => (error instanceof TelegramApiError ? error.description : '')

export function createTelegram(token: string, apiRoot: string): MessagingProvider {
  // The client's own retries would repeat messages.
  const api = new Api(token, { apiRoot, timeoutMs: SEND_TIMEOUT_MS, maxRetries: 0 })
  const call = async (chatId: string, topicId: number | null, message: OutgoingMessage): Promise<void> => {
    const place = { chat_id: chatId, ...(topicId !== null && { message_thread_id: topicId }) }
    const markup = message.html === '' ? {} : { parse_mode: 'HTML' as const }
    const text = message.html || message.plain
    if (message.album) {
      await api.sendMediaGroup({ ...place, media: toMedia(message.album, text, markup) })
      return
    }
    const common = {
      ...place,
      ...markup,
      ...(message.buttons.length > 0 && { reply_markup: { inline_keyboard: message.buttons.map(toKeys) } }),
    }
    const photo = message.photoData ? new InputFile(message.photoData, JPEG) : message.photoUrl
    if (photo) await api.sendPhoto({ ...common, photo, caption: text })
    else await api.sendMessage({ ...common, text, link_preview_options: { is_disabled: true } })
  }
  /** A refusal of the photo or of the markup is definite, so the rest of the message may be sent at once. */
  const send: MessagingProvider['send'] = async (chatId, topicId, message, isInTime) => {
    if (!isInTime()) return { kind: 'late', error: 'the claim ran out before the message left' }
    try {
      await call(chatId, topicId, message)
      return { kind: 'sent' }
    } catch (error) {
      const delivery = toDelivery(error)
      if (message.html !== '' && markupIsRefused.test(descriptionOf(error)))
        return send(chatId, topicId, { ...message, html: '' }, isInTime)
      // Telegram has many words for a picture that it does not take (size, type, source, dimensions): the text always goes.
      if (delivery.kind === 'rejected' && (message.photoUrl !== null || message.photoData || message.album)) {
        const { photoData: _refused, album: _refusedToo, ...words } = message
        return send(chatId, topicId, { ...words, photoUrl: null }, isInTime)
      }
      return delivery
    }
  }
  return {
    channel: 'telegram',
    gapMs: { channel: GAP_MS.channel, destination: (chatId) => (chatId.startsWith('-') ? GAP_MS.group : GAP_MS.chat) },
    send,
  }
}
