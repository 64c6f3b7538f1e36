import type { Clock } from '#shared/clock.ts'
import type { ChatLog } from './chat-log.ts'
import type { Params } from './read-params.ts'
import type { SendLimits } from './send-limits.ts'
import type { UpdateQueue } from './update-queue.ts'
import type { Webhook } from './webhook.ts'

/** All that the one bot of the sandbox remembers. */
export type BotState = {
  chats: ChatLog
  limits: SendLimits
  updates: UpdateQueue
  webhook: Webhook
  commands: Map<string, unknown>
  /** Chat of a button press that is not answered yet, by its query id. */
  presses: Map<string, number>
  clock: Clock
}

/** One Bot API method: returns its `result`, throws `RefusedError`. The signal aborts when the caller hangs up. */
export type Method = (state: BotState, params: Params, signal: AbortSignal) => unknown
