import type { ClaimedUpdate } from '#shared/database/bot.ts'
import type { Answer, Asked } from './asked.ts'
import { answerPress } from './answer-press.ts'
import { answerText } from './answer-text.ts'
import type { RunningBot } from './handle-updates.ts'
import { meetStranger } from './meet-stranger.ts'
import type { Reaction } from './reaction.ts'
import { wordsOf } from './words/words-of.ts'

/** Who may command is a chat: everybody in a group that was let in may. A chat that nobody knows gets in by a code only. */
export async function answerUpdate(
  bot: RunningBot,
  claimed: ClaimedUpdate,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<Answer> {
  const { context, telegram, name } = bot
  const { content: update, updateId, receivedAt } = claimed
  const person = await context.database.call('find_person', { chat_id: update.chatId }, signal)
  if (!person) return meetStranger(bot, claimed)
  const { language } = person
  const now = Date.parse(receivedAt)
  const asked: Asked = { context, telegram, person, update, updateId, now, t: wordsOf(language), signal }
  const answer = await reaction.whileWorking(() =>
    update.kind === 'press' ? answerPress(asked, update.data) : answerText(asked, update, name),
  )
  return { language, ...answer }
}
