import type { Asked } from '../../../../main-worker/bot/asked.ts'
import type { TelegramBot } from '../../../../main-worker/bot/telegram-bot.ts'
import { wordsOf } from '../../../../main-worker/bot/words/words-of.ts'
import type { Context } from '../../../../main-worker/context.ts'
import type { BotUpdate } from '#shared/database/bot.ts'
import type { Person } from '#shared/database/people.ts'
import { recordingLogger } from '../../shared/recording-logger.ts'
import type { FakeDatabase } from '../../shared/fake-database.ts'

export const NOW = Date.parse('2026-11-22T10:00:00Z')

export const makePerson = (over: Partial<Person> = {}): Person => ({
  id: 'person-1',
  role: 'member',
  name: 'Camille',
  chatId: '42',
  language: 'en',
  timeZone: 'Europe/Paris',
  quietFrom: null,
  quietUntil: null,
  createdAt: '2026-11-20T10:00:00Z',
  ...over,
})

export const makeText = (text: string): Extract<BotUpdate, { kind: 'text' }> => ({
  kind: 'text',
  chatId: '42',
  topicId: null,
  isPrivate: true,
  language: 'en',
  text,
  links: [],
})

export const makePress = (data: string): BotUpdate => ({
  kind: 'press',
  chatId: '42',
  topicId: null,
  isPrivate: true,
  language: 'en',
  pressId: 'p1',
  messageId: 5,
  data,
})

/** A Telegram that takes everything and remembers what it was asked. */
export function fakeTelegram(over: Partial<TelegramBot> = {}): TelegramBot & { calls: string[] } {
  const calls: string[] = []
  const note =
    (name: string) =>
    (...args: unknown[]): Promise<void> => {
      calls.push([name, ...args.filter((arg) => typeof arg === 'string' || typeof arg === 'number')].join(' '))
      return Promise.resolve()
    }
  return {
    calls,
    name: () => Promise.resolve('@VigieBot'),
    poll: () => Promise.resolve([]),
    useWebhook: note('useWebhook'),
    publishMenu: note('publishMenu'),
    showTyping: note('showTyping'),
    answerPress: note('answerPress'),
    removeKeyboard: note('removeKeyboard'),
    whisper: note('whisper'),
    ...over,
  }
}

/** Something asked of the bot by a member in English. */
export function makeAsked(database: FakeDatabase, over: Partial<Asked> = {}): Asked {
  const person = over.person ?? makePerson()
  return {
    context: { database, logger: recordingLogger().logger, channel: 'telegram' } as unknown as Context,
    telegram: fakeTelegram(),
    person,
    update: makeText(''),
    updateId: 100,
    now: NOW,
    t: wordsOf(person.language),
    signal: new AbortController().signal,
    ...over,
  }
}
