import { randomUUID } from 'node:crypto'
import type { Language } from '#shared/outbox/texts.ts'
import type { Context } from '../context.ts'

type Target = { channel: string; destination: string; language?: Language }

/** Queues a word to a way out, so that somebody sees whether it arrives. It goes the way of every message. */
export async function sendTest(
  { database }: Pick<Context, 'database'>,
  { language = 'fr', ...target }: Target,
): Promise<{ id: string }> {
  return { id: await database.call('queue_test', { ...target, event: `test:${randomUUID()}`, language }) }
}
