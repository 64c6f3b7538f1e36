import type { ClaimedUpdate } from '#shared/database/bot.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { answerUpdate } from './answer-update.ts'
import type { Answer } from './asked.ts'
import { insist } from './insist.ts'
import { createReaction } from './reaction.ts'
import { say } from './words/compose.ts'
import { wordsOf } from './words/words-of.ts'

export type RunningBot = NonNullable<Context['bot']> & { context: Context; name: string }

/** Chats that are answered at once; one that waits for the site holds up no more than its own place. */
const AT_ONCE = 8
/** How soon an update is seen that another main took, or whose time to be tried again has come. */
const LOOK_EVERY_MS = 2_000
/** Longer than any answer may take, so that nobody else begins the same one. */
const LEASE_MS = 120_000
const LONGEST_ANSWER_MS = 100_000
const RETRY_MS = 3_000
const MAX_ATTEMPTS = 3

/** Answers what the inbox holds: several chats at once, the updates of one chat in order, each once. */
export async function handleUpdates(bot: RunningBot, signal: AbortSignal): Promise<void> {
  const { inbox, context } = bot
  const running = new Set<Promise<void>>()
  await insist('bot', () => context.database.call('release_updates', {}, signal), context.logger, signal)
  while (!signal.aborted) {
    const update = running.size < AT_ONCE ? await claimNext() : null
    if (update === null) {
      await inbox.nudged(LOOK_EVERY_MS, signal)
      continue
    }
    const work = handle(bot, update, signal).finally(() => {
      running.delete(work)
      inbox.nudge()
    })
    running.add(work)
  }
  await Promise.all(running)

  async function claimNext(): Promise<ClaimedUpdate | null> {
    try {
      return await context.database.call('claim_update', { lease_ms: LEASE_MS })
    } catch (error) {
      logLine(context.logger, 'loopFailed', { loop: 'bot', error: errorText(error) })
      return null
    }
  }
}

/** Never throws: an update that cannot even be settled is handled again when its lease ends. */
async function handle(bot: RunningBot, update: ClaimedUpdate, stopping: AbortSignal): Promise<void> {
  const { database, logger } = bot.context
  const { updateId, attempt } = update
  try {
    const retry_ms = await tryToAnswer(bot, update, stopping)
    await database.call('settle_update', { update_id: updateId, attempt, retry_ms })
  } catch (error) {
    logLine(logger, 'botUpdateFailed', { updateId, attempt, error: errorText(error) })
  }
}

/** Null when it is done, otherwise after how long it shall be tried again. In the end the chat is told that it failed. */
async function tryToAnswer(bot: RunningBot, update: ClaimedUpdate, stopping: AbortSignal): Promise<number | null> {
  const { updateId, attempt, content } = update
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(LONGEST_ANSWER_MS)])
  try {
    const reaction = createReaction(bot, content, signal)
    const answer = await answerUpdate(bot, update, reaction, signal)
    await tell(bot, update, answer)
    await reaction.finish(answer)
    return null
  } catch (error) {
    if (stopping.aborted) return 0
    logLine(bot.context.logger, 'botUpdateFailed', { updateId, attempt, error: errorText(error) })
    if (attempt < MAX_ATTEMPTS) return RETRY_MS
    await tell(bot, update, say(wordsOf(content.language).failed))
    return null
  }
}

/** Answers wait in the outbox under the update's id: the same answer again is not told again. */
async function tell(
  { context }: RunningBot,
  { updateId, content }: ClaimedUpdate,
  { replies, language }: Answer,
): Promise<void> {
  for (const [place, reply] of replies.entries()) {
    await context.database.call('tell_chat', {
      channel: context.channel,
      chat_id: content.chatId,
      topic_id: content.topicId,
      event: `reply:${updateId}:${place}`,
      payload: { reply, language: language ?? content.language },
    })
  }
}
