import { randomUUID } from 'node:crypto'
import type { Language } from '#shared/outbox/texts.ts'
import type { Context } from '../context.ts'

type Target = { channel: string; destination: string; topicId?: number | null; language: Language }

/** Queues a word to a way out, so that somebody sees whether it arrives. It goes the way of every message. */
export async function sendTest(
  { database }: Pick<Context, 'database'>,
  { channel, destination, topicId = null, language }: Target,
): Promise<{ id: string }> {
  const test = { channel, destination, topic_id: topicId, event: `test:${randomUUID()}`, language }
  return { id: await database.call('queue_test', test) }
}
