import type { Clock } from '#shared/clock.ts'
import type { Entity } from './parse-html.ts'
import type { Button } from './read-keyboard.ts'

/** One accepted call, as `GET control/messages` shows it. */
export type AcceptedCall = {
  /** ISO 8601 */
  time: string
  chat: string
  method: string
  messageId?: number
  /** What the user reads, after entity parsing. */
  text?: string
  caption?: string
  /** The link as sent, or `upload`. */
  photo?: string
  /** Every link of an album. */
  photos?: string[]
  /** Row by row, flattened. */
  buttons: Button[]
  entities: Entity[]
  topic?: number
}

/** What a chat shows now: the last state of a message. */
export type ShownMessage = {
  messageId: number
  chatId: number
  date: number
  kind: 'text' | 'photo'
  text: string
  entities: Entity[]
  rows: Button[][]
  photo: string | null
  topic: number | null
  /** Of the pictures that are shown as one. */
  album: string | null
}

export type ChatLog = {
  record(call: Omit<AcceptedCall, 'time'>): void
  /** All, or those of one chat; oldest first. */
  calls(chat: string | null): readonly AcceptedCall[]
  show(message: Omit<ShownMessage, 'messageId' | 'date'>): ShownMessage
  find(chatId: number, messageId: number): ShownMessage | undefined
  last(chatId: number): ShownMessage | undefined
}

const KEPT = 20_000

export function createChatLog(clock: Clock): ChatLog {
  let accepted: AcceptedCall[] = []
  const shown = new Map<number, ShownMessage>()
  let messageId = 0
  return {
    record(call) {
      accepted.push({ time: new Date(clock.now()).toISOString(), ...call })
      if (accepted.length > KEPT + 1000) accepted = accepted.slice(-KEPT)
    },
    calls: (chat) => (chat === null ? accepted : accepted.filter((call) => call.chat === chat)),
    show(message) {
      const complete = { ...message, messageId: ++messageId, date: Math.floor(clock.now() / 1000) }
      shown.set(complete.messageId, complete)
      if (shown.size > KEPT) for (const oldest of shown.keys().take(1000)) shown.delete(oldest)
      return complete
    },
    find(chatId, id) {
      const message = shown.get(id)
      return message?.chatId === chatId ? message : undefined
    },
    last: (chatId) => [...shown.values()].findLast((message) => message.chatId === chatId),
  }
}
