import { z } from 'zod'
import type { BotUpdate } from '#shared/database/bot.ts'

/** Neither NUL nor half a character: a database refuses them. */
const Text = z.string().transform((text) => text.replaceAll('\0', ' ').toWellFormed())

const Entities = z.array(z.object({ type: z.string(), url: z.string().optional() })).optional()
const Message = z.object({
  message_id: z.int().optional(),
  chat: z.object({ id: z.int(), type: z.string() }),
  text: Text.optional(),
  caption: Text.optional(),
  entities: Entities,
  caption_entities: Entities,
  message_thread_id: z.int().optional(),
  is_topic_message: z.boolean().optional(),
})
const Sender = z.object({ is_bot: z.boolean().optional(), language_code: z.string().optional() })

/** The part of an Update that is read here; everything else of it is left where it came from. */
export const TelegramUpdate = z.object({
  update_id: z.int().nonnegative(),
  message: z.object({ ...Message.shape, from: Sender.optional() }).optional(),
  callback_query: z
    .object({ id: z.string(), from: Sender, message: Message.optional(), data: Text.optional() })
    .optional(),
})
export type TelegramUpdate = z.infer<typeof TelegramUpdate>

/** French where nothing is said: it is the product's first language. */
const languageOf = (sender: z.infer<typeof Sender> | undefined): 'fr' | 'en' =>
  /^fr\b/i.test(sender?.language_code ?? 'fr') ? 'fr' : 'en'

const placeOf = ({ chat, message_thread_id: thread, is_topic_message: isTopic }: z.infer<typeof Message>) => ({
  chatId: String(chat.id),
  // In a group without topics a thread is a chain of answers, and nothing can be sent into it.
  topicId: isTopic === true ? (thread ?? null) : null,
  isPrivate: chat.type === 'private',
})

/** What it means to us; null for what needs no answer (other bots, pictures, members that come and go). */
export function readUpdate({ message, callback_query: press }: TelegramUpdate): BotUpdate | null {
  if (press?.message && press.data !== undefined) {
    const messageId = press.message.message_id ?? null
    const place = { ...placeOf(press.message), language: languageOf(press.from) }
    return { kind: 'press', ...place, pressId: press.id, messageId, data: press.data }
  }
  const text = message?.text ?? message?.caption
  if (!message || text === undefined || message.from?.is_bot === true) return null
  const entities = message.entities ?? message.caption_entities ?? []
  const links = entities.flatMap(({ url }) => (url === undefined ? [] : [url])).slice(0, 10)
  return { kind: 'text', ...placeOf(message), language: languageOf(message.from), text, links }
}
