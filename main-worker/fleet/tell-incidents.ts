import type { Context } from '../context.ts'

/** Puts what the owner has not been told into the outbox: once when it opens, once when it closes. */
export async function tellIncidents({ database, config }: Context): Promise<void> {
  const chat = config.defaultChatId
  await database.call('tell_incidents', {
    channel: chat === null ? 'console' : 'telegram',
    destination: chat ?? 'console',
    language: 'fr',
  })
}
