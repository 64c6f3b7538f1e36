import type { BotUpdate } from '#shared/database/bot.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { cut } from '#shared/outbox/listing-line.ts'
import { pause, repeat } from '#shared/repeat.ts'
import type { Answer } from './asked.ts'
import type { RunningBot } from './handle-updates.ts'
import { wordsOf } from './words/words-of.ts'

/** Longer than this, and people press again. */
const SLOW_AFTER_MS = 700
/** Telegram shows it for five seconds. */
const TYPING_EVERY_MS = 4_500
/** Telegram refuses a longer word over a button. */
const TOAST_CHARS = 200

/** What a chat sees beside the answer itself, which waits in the outbox. All of it is best effort. */
export type Reaction = {
  /** While the work takes long the chat sees "typing…", and a pressed button gets its word at once. */
  whileWorking<Result>(work: () => Promise<Result>): Promise<Result>
  /** The word over a pressed button, which every press gets, and the end of a keyboard that has done its work. */
  finish(answer: Answer): Promise<void>
}

export function createReaction({ telegram, context }: RunningBot, update: BotUpdate, signal: AbortSignal): Reaction {
  let isAnswered = false

  const tryTo = async (call: string, act: () => Promise<void>, until: AbortSignal): Promise<void> => {
    try {
      await act()
    } catch (error) {
      if (!until.aborted) logLine(context.logger, 'botCallFailed', { call, error: errorText(error) })
    }
  }
  const answerWith = (text: string): Promise<void> => {
    if (update.kind !== 'press' || isAnswered) return Promise.resolve()
    isAnswered = true
    return tryTo(
      'answerCallbackQuery',
      () => telegram.answerPress(update.pressId, cut(text, TOAST_CHARS), signal),
      signal,
    )
  }
  const showProgress = async (until: AbortSignal): Promise<void> => {
    await pause(SLOW_AFTER_MS, until)
    if (until.aborted) return
    await answerWith(wordsOf(update.language).oneMoment)
    const showTyping = () => tryTo('sendChatAction', () => telegram.showTyping(update, until), until)
    await repeat(TYPING_EVERY_MS, showTyping, until)
  }

  return {
    async whileWorking(work) {
      const over = new AbortController()
      const progress = showProgress(AbortSignal.any([signal, over.signal]))
      try {
        return await work()
      } finally {
        over.abort()
        await progress
      }
    },
    async finish({ toast = '', endsKeyboard }) {
      if (update.kind !== 'press') return
      const { chatId, messageId } = update
      await answerWith(toast)
      if (endsKeyboard && messageId !== null)
        await tryTo('editMessageReplyMarkup', () => telegram.removeKeyboard(chatId, messageId, signal), signal)
    },
  }
}
