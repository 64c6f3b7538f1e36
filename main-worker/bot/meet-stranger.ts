import type { ClaimedUpdate } from '#shared/database/bot.ts'
import { hashOf } from '../people/codes.ts'
import type { Answer } from './asked.ts'
import { bindOwner } from './bind-owner.ts'
import { welcome } from './commands/welcome.ts'
import type { RunningBot } from './handle-updates.ts'
import { startCode } from './reading/read-code.ts'
import { readCommand } from './reading/read-command.ts'
import { message, toast } from './words/compose.ts'
import { wordsOf } from './words/words-of.ts'

/** A code of the terminal or the page makes a chat the owner's; an invitation makes it somebody's. Null: neither. */
async function letIn(
  { context }: RunningBot,
  { content: { chatId, language } }: ClaimedUpdate,
  code: string,
): Promise<Answer | null> {
  if (await bindOwner(context, { chatId, language }, code)) return { replies: [] }
  const person = await context.database.call('use_invitation', { code_hash: hashOf(code), chat_id: chatId, language })
  return person && welcome(person)
}

/**
 * Nobody but a code of ours is let in, and a chat is refused once an hour at most, in the words of whoever wrote. In a group
 * only what is meant for a bot is answered.
 */
export async function meetStranger(bot: RunningBot, claimed: ClaimedUpdate): Promise<Answer> {
  const { content: update, updateId } = claimed
  const t = wordsOf(update.language)
  if (update.kind === 'press') return toast(t.notForYou)
  const command = readCommand(update.text, bot.name)
  if (command === 'for-another-bot' || (command === null && !update.isPrivate)) return { replies: [] }
  const code = startCode(update.text, bot.name)
  const answer = code === null ? null : await letIn(bot, claimed, code)
  if (answer) return answer
  await bot.context.database.call('tell_stranger', {
    channel: bot.context.channel,
    chat_id: update.chatId,
    topic_id: update.topicId,
    update_id: updateId,
    payload: { reply: message([code === null ? t.stranger : t.wrongCode]), language: update.language },
  })
  return { replies: [] }
}
