import { z } from 'zod'
import type { BotState } from './bot-state.ts'
import { chatObject, messageObject } from './telegram-objects.ts'

const Sender = z.strictObject({
  id: z.int().positive().optional(),
  username: z.string().optional(),
  firstName: z.string().optional(),
  languageCode: z.string().optional(),
})
const ChatId = z.union([z.int(), z.string().regex(/^-?\d{1,16}$/, 'must be a numeric chat id')]).transform(Number)

/** `{chat, text}` is a user's message, `{chat, data}` a press on a button of `messageId` (default: the chat's last message). */
export const UserUpdate = z.strictObject({
  chat: ChatId,
  text: z.string().min(1).max(4096).optional(),
  data: z.string().min(1).max(64).optional(),
  messageId: z.int().positive().optional(),
  topic: z.int().positive().optional(),
  from: Sender.optional(),
})
export type UserUpdate = z.infer<typeof UserUpdate>

/** An Update in Telegram's own words, delivered as it is. */
export const RawUpdate = z
  .looseObject({
    message: z.looseObject({}).optional(),
    callback_query: z.looseObject({ id: z.string() }).optional(),
    my_chat_member: z.looseObject({}).optional(),
  })
  .refine((update) => update.message ?? update.callback_query ?? update.my_chat_member, {
    message: 'needs message, callback_query or my_chat_member',
    path: ['message'],
  })
export type RawUpdate = z.infer<typeof RawUpdate>

/** Puts what a user did into the queue; returns the update's id. */
export function pushUserUpdate(state: BotState, { chat, text, data, messageId, topic, from }: UserUpdate): number {
  const sender = {
    id: from?.id ?? Math.abs(chat),
    is_bot: false,
    first_name: from?.firstName ?? 'Sandbox',
    ...(from?.username === undefined ? {} : { username: from.username }),
    language_code: from?.languageCode ?? 'fr',
  }
  if (data !== undefined) {
    const message = messageId === undefined ? state.chats.last(chat) : state.chats.find(chat, messageId)
    const id = String(4_000_000_000 + state.presses.size + state.clock.now())
    state.presses.set(id, chat)
    return state.updates.push({
      callback_query: {
        id,
        from: sender,
        ...(message ? { message: messageObject(message) } : {}),
        chat_instance: String(chat),
        data,
      },
    })
  }
  const own = state.chats.show({
    chatId: chat,
    kind: 'text',
    text: text ?? '',
    entities: [],
    rows: [],
    photo: null,
    topic: topic ?? null,
    album: null,
  })
  return state.updates.push({
    message: { ...messageObject(own), from: sender, chat: chatObject(chat), ...commandEntity(text ?? '') },
  })
}

export function pushRawUpdate(state: BotState, update: RawUpdate): number {
  const { update_id: _given, ...content } = update
  const query = content.callback_query
  // Its chat, so that answerCallbackQuery finds the press.
  const chat = z.object({ message: z.object({ chat: z.object({ id: z.number() }) }) }).safeParse(query)
  if (query) state.presses.set(query.id, chat.success ? chat.data.message.chat.id : 0)
  return state.updates.push(content)
}

function commandEntity(text: string): object {
  const command = /^\/\w+(?:@\w+)?/.exec(text)?.[0]
  return command === undefined ? {} : { entities: [{ type: 'bot_command', offset: 0, length: command.length }] }
}
