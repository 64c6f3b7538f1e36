import type { ClaimedUpdate } from '#shared/database/bot.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { answerUpdate } from './answer-update.ts'
import type { Answer } from './asked.ts'
import { say } from './words/compose.ts'
import { insist } from './insist.ts'
import { showWork } from './show-work.ts'
import { wordsOf } from './words/words-of.ts'

export type RunningBot = NonNullable<Context['bot']> & { context: Context; name: string; ownerCode: string | null }

/** Chats that are answered at once; one that waits for the site holds up no more than its own place. */
const AT_ONCE = 8
/** How soon an update is seen that another main took. */
const LOOK_EVERY_MS = 1_000
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

/** Never throws: what could not be done is tried again, and in the end the chat is told. */
async function handle(bot: RunningBot, update: ClaimedUpdate, stopping: AbortSignal): Promise<void> {
  const { database, logger } = bot.context
  const { updateId, attempt } = update
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(LONGEST_ANSWER_MS)])
  let retryMs: number | null = null
  try {
    try {
      const { answer, answerPress } = await showWork(
        bot,
        update.content,
        () => answerUpdate(bot, update, signal),
        signal,
      )
      await tell(bot, update, answer)
      await answerPress(answer)
    } catch (error) {
      retryMs = stopping.aborted ? 0 : RETRY_MS
      if (!stopping.aborted) logLine(logger, 'botUpdateFailed', { updateId, attempt, error: errorText(error) })
      if (!stopping.aborted && attempt >= MAX_ATTEMPTS) {
        await tell(bot, update, say(wordsOf(update.content.language).failed))
        retryMs = null
      }
    }
    await database.call('settle_update', { update_id: updateId, attempt, retry_ms: retryMs })
  } catch (error) {
    // Its lease ends, and it is handled again.
    logLine(logger, 'botUpdateFailed', { updateId, attempt, error: errorText(error) })
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
