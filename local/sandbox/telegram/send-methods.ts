import { photoAnswer, IMAGE_HOST } from '../vinted/photos.ts'
import type { BotState, Method } from './bot-state.ts'
import type { ShownMessage } from './chat-log.ts'
import { parseHtml } from './parse-html.ts'
import type { Entity } from './parse-html.ts'
import { readKeyboard } from './read-keyboard.ts'
import type { Params } from './read-params.ts'
import { badRequest, tooManyRequests } from './refused-error.ts'
import { FILE_ID_PREFIX, messageObject } from './telegram-objects.ts'

const MAX_TEXT = 4096
const MAX_CAPTION = 1024

/** The methods that put something before a user's eyes. */
export const sendMethods: Readonly<Record<string, Method>> = {
  sendMessage(state, params) {
    const chatId = chatOf(params)
    const content = readText(params)
    return accept(state, 'sendMessage', {
      chatId,
      kind: 'text',
      ...content,
      rows: keyboardOf(params),
      photo: null,
      topic: topicOf(params),
      album: null,
    })
  },
  sendPhoto(state, params) {
    const chatId = chatOf(params)
    const photo = readPhoto(params)
    const content = readCaption(params)
    return accept(state, 'sendPhoto', {
      chatId,
      kind: 'photo',
      ...content,
      rows: keyboardOf(params),
      photo,
      topic: topicOf(params),
      album: null,
    })
  },
  editMessageText(state, params) {
    const message = messageOf(state, params)
    if (message.kind === 'photo') throw badRequest('there is no text in the message to edit')
    return change(state, 'editMessageText', message, { ...readText(params), rows: keyboardOf(params) })
  },
  editMessageCaption(state, params) {
    return change(state, 'editMessageCaption', messageOf(state, params), {
      ...readCaption(params),
      rows: keyboardOf(params),
    })
  },
  editMessageReplyMarkup(state, params) {
    return change(state, 'editMessageReplyMarkup', messageOf(state, params), { rows: keyboardOf(params) })
  },
}

function accept(state: BotState, method: string, message: Omit<ShownMessage, 'messageId' | 'date'>): object {
  admit(state, message.chatId)
  const shown = state.chats.show(message)
  record(state, method, shown)
  return messageObject(shown)
}

type Change = Partial<Pick<ShownMessage, 'text' | 'entities' | 'rows'>>

function change(state: BotState, method: string, message: ShownMessage, next: Change): object {
  const before = JSON.stringify(message)
  if (JSON.stringify({ ...message, ...next }) === before) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  }
  admit(state, message.chatId)
  Object.assign(message, next)
  record(state, method, message)
  return messageObject(message)
}

export function admit(state: BotState, chatId: number): void {
  const waitS = state.limits.admit(chatId, state.clock.now())
  if (waitS > 0) throw tooManyRequests(waitS)
}

function record({ chats }: BotState, method: string, message: ShownMessage): void {
  const { kind, text, photo, topic, rows, entities, messageId, chatId } = message
  chats.record({
    chat: String(chatId),
    method,
    messageId,
    ...(kind === 'text' ? { text } : { caption: text }),
    ...(photo === null ? {} : { photo }),
    buttons: rows.flat(),
    entities,
    ...(topic === null ? {} : { topic }),
  })
}

export function chatOf(params: Params): number {
  if (params.text('chat_id') === '') throw badRequest('chat_id is empty')
  const chatId = params.integer('chat_id')
  if (chatId === null || chatId === 0) throw badRequest('chat not found')
  return chatId
}

function messageOf({ chats }: BotState, params: Params): ShownMessage {
  const message = chats.find(chatOf(params), params.integer('message_id') ?? 0)
  if (!message) throw badRequest('message to edit not found')
  return message
}

export const topicOf = (params: Params): number | null => params.integer('message_thread_id')
const keyboardOf = (params: Params) => readKeyboard(params.json('reply_markup'))

function readText(params: Params): { text: string; entities: Entity[] } {
  const content = format(params.text('text'), params.text('parse_mode'))
  if (content.text === '') throw badRequest('message text is empty')
  if (codePoints(content.text) > MAX_TEXT) throw badRequest('message is too long')
  return content
}

const readCaption = (params: Params) => captionOf(params.text('caption'), params.text('parse_mode'))

export function captionOf(source: string, parseMode: string): { text: string; entities: Entity[] } {
  const content = format(source, parseMode)
  if (codePoints(content.text) > MAX_CAPTION) throw badRequest('message caption is too long')
  return content
}

/** Of the parse modes only HTML is read here; the others are refused rather than waved through. */
function format(source: string, parseMode: string): { text: string; entities: Entity[] } {
  const mode = parseMode.toLowerCase()
  if (mode === '') return { text: source.trim(), entities: [] }
  if (mode !== 'html') throw badRequest('unsupported parse_mode')
  const formatted = parseHtml(source)
  if (formatted.kind === 'broken') throw badRequest(`can't parse entities: ${formatted.reason}`)
  return { text: formatted.text, entities: formatted.entities }
}

const codePoints = (text: string): number => Array.from(text).length

function readPhoto(params: Params): string {
  if (params.isUpload('photo')) return 'upload'
  const photo = params.text('photo')
  if (photo === '') throw badRequest('there is no photo in the request')
  return readPhotoLink(photo)
}

/** A link is not fetched, except one to the sandbox's own pictures: there it must lead to one. */
export function readPhotoLink(photo: string): string {
  if (photo.startsWith(FILE_ID_PREFIX)) return photo
  const url = URL.parse(photo)
  if (!url || !/^https?:$/.test(url.protocol)) throw badRequest('wrong file identifier/HTTP URL specified')
  if (url.hostname === IMAGE_HOST && photoAnswer(url.pathname).status !== 200)
    throw badRequest('failed to get HTTP URL content')
  return photo
}
