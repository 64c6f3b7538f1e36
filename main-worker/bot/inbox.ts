import type { Database } from '#shared/database/open-database.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Logger } from '#shared/logger.ts'
import { pause } from '#shared/repeat.ts'
import { readUpdate, TelegramUpdate } from './reading/read-update.ts'

/** Where updates go however they came. Once one is taken, it will be handled, whatever happens to this process. */
export type Inbox = {
  /** Answers the update's id, null for what is none. Throws DatabaseError: then it is not taken, and must be told again. */
  take(raw: unknown): Promise<number | null>
  /** Something may be there to handle. */
  nudge(): void
  /** Resolves at the next nudge (or the one since the last wait), and after `withinMs`. */
  nudged(withinMs: number, signal: AbortSignal): Promise<void>
}

export function createInbox({ database, logger }: { database: Database; logger: Logger }): Inbox {
  let isNudged = false
  let waiting = new AbortController()
  const nudge = (): void => {
    isNudged = true
    waiting.abort()
  }
  return {
    nudge,
    async take(raw) {
      const parsed = TelegramUpdate.safeParse(raw)
      if (!parsed.success) {
        const reason = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
        logLine(logger, 'botUpdateUnreadable', { reason })
        const id = (raw as { update_id?: unknown } | null)?.update_id
        return typeof id === 'number' ? id : null
      }
      const content = readUpdate(parsed.data)
      const { update_id } = parsed.data
      if (content && (await database.call('store_update', { update_id, chat_id: content.chatId, content }))) nudge()
      return update_id
    },
    async nudged(withinMs, signal) {
      if (!isNudged) {
        waiting = new AbortController()
        await pause(withinMs, AbortSignal.any([signal, waiting.signal]))
      }
      isNudged = false
    },
  }
}
