import type { BotUpdate } from '#shared/database/bot.ts'
import type { Reply } from '#shared/database/outbox.ts'
import type { Person } from '#shared/database/people.ts'
import type { Context } from '../context.ts'
import type { TelegramBot } from './telegram-bot.ts'
import type { BotTexts } from './words/french.ts'

/** Somebody who may command asked for something. */
export type Asked = {
  context: Context
  telegram: TelegramBot
  person: Person
  update: BotUpdate
  updateId: number
  /** When it was asked, by the database's clock: a second try means the same moment. */
  now: number
  /** The person's words. */
  t: BotTexts
  signal: AbortSignal
}

/** What the bot does about it: messages in order, a short word over a pressed button, a keyboard that has done its work. */
export type Answer = { replies: Reply[]; toast?: string; endsKeyboard?: true; language?: Person['language'] }
