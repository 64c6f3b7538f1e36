import { randomUUID } from 'node:crypto'
import type { Language } from '#shared/outbox/texts.ts'
import type { Context } from '../context.ts'

type Target = { channel: string; destination: string; topicId?: number | null; language: Language }

/** Queues a word to a way out, so that somebody sees whether it arrives. It goes the way of every message. */
export async function sendTest(
  { database }: Pick<Context, 'database'>,
  { channel, destination, topicId = null, language }: Target,
): Promise<{ id: string }> {
  const place = { channel, chat_id: destination, topic_id: topicId }
  const word = { event: `test:${randomUUID()}`, payload: { test: true, language } as const }
  return { id: await database.call('tell_chat', { ...place, ...word }) }
}
