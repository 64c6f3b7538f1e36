import { randomUUID } from 'node:crypto'
import type { OutboxRow } from '#shared/database/outbox.ts'
import type { Language } from '#shared/outbox/texts.ts'
import type { Context } from '../context.ts'

type Place = {
  channel: string
  /** Null where no chat is known: the console hears it. */
  destination: string | null
  topicId: number | null
  language: Language
}

/** One word to a place, by the way that finds take. Answers the message as it stands: a closed place takes none, and says why. */
export const sendTestMessage = (
  { database }: Pick<Context, 'database'>,
  { channel, destination, topicId, language }: Place,
): Promise<OutboxRow> =>
  database.call('tell_chat', {
    channel: destination === null ? 'console' : channel,
    destination: destination ?? 'console',
    topic_id: topicId,
    event: `test:${randomUUID()}`,
    payload: { test: true, language },
  })
