import type { BotUpdate } from '#shared/database/bot.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { pause, repeat } from '#shared/repeat.ts'
import type { Answer } from './asked.ts'
import type { RunningBot } from './handle-updates.ts'
import { wordsOf } from './words/words-of.ts'

/** Longer than this, and people press again. */
const SLOW_AFTER_MS = 700
/** Telegram shows it for five seconds. */
const TYPING_EVERY_MS = 4_500

type Shown = { answer: Answer; answerPress: (answer: Answer) => Promise<void> }

/**
 * Runs the work; while it takes long the chat sees "typing…", and a pressed button is answered at once. All of it best effort:
 * what is said to the chat waits in the outbox.
 */
export async function showWork(
  { telegram, context }: RunningBot,
  update: BotUpdate,
  work: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Shown> {
  const { logger } = context
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  let isAnswered = false

  const tryTo = async (call: string, act: () => Promise<void>, isOver: AbortSignal): Promise<void> => {
    try {
      await act()
    } catch (error) {
      if (!isOver.aborted) logLine(logger, 'botCallFailed', { call, error: errorText(error) })
    }
  }
  const answerWith = (text: string): Promise<void> => {
    if (update.kind !== 'press' || isAnswered) return Promise.resolve()
    isAnswered = true
    return tryTo('answerCallbackQuery', () => telegram.answerPress(update.pressId, text, signal), signal)
  }
  const showProgress = async (): Promise<void> => {
    await pause(SLOW_AFTER_MS, until)
    if (until.aborted) return
    await answerWith(wordsOf(update.language).oneMoment)
    await repeat(TYPING_EVERY_MS, () => tryTo('sendChatAction', () => telegram.showTyping(update, until), until), until)
  }

  const progress = showProgress()
  try {
    return { answer: await work(), answerPress }
  } finally {
    over.abort()
    await progress
  }

  async function answerPress({ toast = '', endsKeyboard }: Answer): Promise<void> {
    if (update.kind !== 'press') return
    const { chatId, messageId } = update
    await answerWith(toast)
    if (endsKeyboard && messageId !== null)
      await tryTo('editMessageReplyMarkup', () => telegram.removeKeyboard(chatId, messageId, signal), signal)
  }
}
