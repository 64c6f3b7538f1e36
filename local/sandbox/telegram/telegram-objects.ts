import type { ShownMessage } from './chat-log.ts'

export const BOT = { id: 424_242, is_bot: true, first_name: 'Vigie (sandbox)', username: 'vigie_sandbox_bot' } as const

export const botObject = () => ({
  ...BOT,
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
})

export function chatObject(id: number) {
  if (id > 0) return { id, type: 'private', first_name: `User ${id}` }
  return { id, type: String(id).startsWith('-100') ? 'supergroup' : 'group', title: `Group ${id}` }
}

/** A Message; absent fields are left out, as Telegram does. */
export function messageObject(message: ShownMessage) {
  const isPhoto = message.kind === 'photo'
  const entities =
    message.entities.length === 0 ? {} : { [isPhoto ? 'caption_entities' : 'entities']: message.entities }
  return {
    message_id: message.messageId,
    from: BOT,
    chat: chatObject(message.chatId),
    date: message.date,
    ...(message.album === null ? {} : { media_group_id: message.album }),
    ...(message.topic === null ? {} : { message_thread_id: message.topic, is_topic_message: true }),
    ...(isPhoto ? { photo: photoSizes(message.messageId) } : {}),
    ...(message.text === '' ? {} : { [isPhoto ? 'caption' : 'text']: message.text }),
    ...entities,
    ...(message.rows.length === 0 ? {} : { reply_markup: { inline_keyboard: message.rows } }),
  }
}

const photoSizes = (messageId: number) =>
  [90, 320, 800].map((width) => ({
    file_id: `${FILE_ID_PREFIX}${messageId}-${width}`,
    file_unique_id: `unique${messageId}-${width}`,
    width,
    height: Math.round(width * 1.33),
    file_size: width * 100,
  }))

/** A photo that was sent once may be sent again by this id. */
export const FILE_ID_PREFIX = 'AgACAgSandbox-'
