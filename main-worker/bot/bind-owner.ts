import { createHash, timingSafeEqual } from 'node:crypto'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { pause } from '#shared/repeat.ts'
import type { Context } from '../context.ts'
import { makeCode } from '../people/codes.ts'
import type { BotUpdates } from './bot-updates.ts'

const AFTER_A_FAILURE_MS = 10_000

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** `/start CODE`, also as `/start@bot CODE` in a group. */
export function isStartWith(code: string, text: string): boolean {
  const given = /^\/start(?:@\w+)?\s+(\S+)\s*$/i.exec(text)?.[1]
  return given !== undefined && timingSafeEqual(digest(given.toUpperCase()), digest(code))
}

/**
 * While no chat of the owner is known: shows a code on the terminal and waits for `/start <code>` in the chat that shall hear
 * of everything. Nobody knows a chat id. Ends once a chat is bound.
 */
export async function bindOwner(context: Context, updates: BotUpdates, signal: AbortSignal): Promise<void> {
  const { database, logger, channel } = context
  const code = makeCode()
  let isShown = false
  while (!signal.aborted) {
    try {
      if (!isShown) {
        if ((await database.call('get_owner_chat', {}, signal)) !== null) return
        logLine(logger, 'bindOwner', { code, bot: await updates.botName(signal) })
        isShown = true
      }
      for (const { chatId, text } of await updates.next(signal)) {
        if (!isStartWith(code, text)) continue
        await database.call('set_owner_chat', { chat_id: chatId })
        await database.call('tell_owner', { channel, event: `bound:${code}`, payload: { bound: true, language: 'fr' } })
        await updates.done(signal)
        logLine(logger, 'ownerBound')
        return
      }
    } catch (error) {
      if (signal.aborted) return
      logLine(logger, 'loopFailed', { loop: 'bind owner', error: errorText(error) })
      await pause(AFTER_A_FAILURE_MS, signal)
    }
  }
}
