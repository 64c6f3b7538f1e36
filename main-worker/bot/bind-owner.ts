import type { Person } from '#shared/database/people.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { hashOf } from '../people/codes.ts'

type Place = { chatId: string; language: Person['language'] }

/** A code of the terminal or the page makes this chat the owner's, who is told there. False for any other code. */
export async function bindOwner(
  { database, channel, logger }: Context,
  { chatId, language }: Place,
  code: string,
): Promise<boolean> {
  const owner = await database.call('use_owner_code', { code_hash: hashOf(code), chat_id: chatId })
  if (owner === null) return false
  if (owner.language !== language) await database.call('update_person', { id: owner.id, changes: { language } })
  await database.call('tell_owner', { channel, event: `bound:${code}`, payload: { bound: true, language } })
  logLine(logger, 'ownerBound')
  return true
}
