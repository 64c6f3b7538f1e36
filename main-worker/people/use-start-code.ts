import type { Person } from '#shared/database/people.ts'
import type { Context } from '../context.ts'
import { hashOf } from './codes.ts'

type Start = { code: string; chatId: string; language: 'fr' | 'en' }

/**
 * `/start CODE` in a chat: the owner's code makes it the owner's chat, an invitation lets it in. Answers whose chat it is now,
 * null for a code that is unknown, used or too old.
 */
export async function useStartCode(
  { database }: Pick<Context, 'database'>,
  { code, chatId, language }: Start,
): Promise<Person | null> {
  const code_hash = hashOf(code.trim().toUpperCase())
  const owner = await database.call('use_owner_code', { code_hash, chat_id: chatId })
  return owner ?? database.call('use_invitation', { code_hash, chat_id: chatId, language })
}
