import { badRequest, RefusedError, tooManyRequests } from './refused-error.ts'

export const telegramFaultModes = [
  '429',
  '403',
  '400-chat',
  '400-entities',
  '400-photo',
  'migrate',
  '500',
  'timeout-after-accept',
  'slow',
] as const

/** Without `method` it hits every call that names a chat, so that polling does not use up a count meant for messages. */
export type TelegramFault = {
  mode: (typeof telegramFaultModes)[number]
  method?: string | undefined
  chat?: string | undefined
  /** Seconds, for 429. */
  retryAfter?: number | undefined
  count?: number | undefined
  /** What 403 says after `Forbidden: `. */
  reason?: string | undefined
  migrateTo?: number | undefined
  delayMs?: number | undefined
}

export type Call = { method: string; chat: string; hasParseMode: boolean }

export type TelegramFaults = {
  add(fault: TelegramFault): void
  clear(): void
  active(): readonly TelegramFault[]
  /** The newest fault that hits this call, used up by one. */
  take(call: Call): TelegramFault | null
}

const RETRY_AFTER_S = 3

export function createTelegramFaults(): TelegramFaults {
  let faults: { fault: TelegramFault; left: number }[] = []
  return {
    add(fault) {
      faults.push({ fault, left: fault.count ?? Infinity })
    },
    clear() {
      faults = []
    },
    active: () => faults.filter(({ left }) => left > 0).map(({ fault }) => fault),
    take(call) {
      const hit = faults.findLast(({ fault, left }) => left > 0 && hits(fault, call))
      if (!hit) return null
      hit.left -= 1
      return hit.fault
    },
  }
}

function hits(fault: TelegramFault, call: Call): boolean {
  if (fault.method === undefined ? call.chat === '' : fault.method.toLowerCase() !== call.method.toLowerCase())
    return false
  if (fault.chat !== undefined && fault.chat !== call.chat) return false
  // Each of these has only one cause, and a call without it cannot fail that way.
  if (fault.mode === '400-entities') return call.hasParseMode
  if (fault.mode === '400-photo') return call.method.toLowerCase() === 'sendphoto'
  if (fault.mode === 'migrate') return !isSupergroup(call.chat)
  return true
}

const isSupergroup = (chat: string): boolean => chat.startsWith('-100')

/** Null: the call goes on; the fault shows later, if at all. */
export function refusalOf(fault: TelegramFault, call: Call): RefusedError | null {
  switch (fault.mode) {
    case '429':
      return tooManyRequests(fault.retryAfter ?? RETRY_AFTER_S)
    case '403':
      return new RefusedError(403, `Forbidden: ${fault.reason ?? forbiddenReason(call.chat)}`)
    case '400-chat':
      return badRequest('chat not found')
    case '400-entities':
      return badRequest('can\'t parse entities: Unsupported start tag "sandbox" at byte offset 0')
    case '400-photo':
      return badRequest('wrong file identifier/HTTP URL specified')
    case 'migrate': {
      const target = fault.migrateTo ?? Number(`-100${call.chat.replace('-', '')}`)
      return new RefusedError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: target,
      })
    }
    case '500':
      return new RefusedError(500, 'Internal Server Error: restart')
    case 'timeout-after-accept':
    case 'slow':
      return null
    default:
      return fault.mode satisfies never
  }
}

const forbiddenReason = (chat: string): string =>
  chat.startsWith('-') ? 'bot was kicked from the group chat' : 'bot was blocked by the user'
