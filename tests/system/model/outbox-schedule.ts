import { array, boolean, constant, constantFrom, nat, oneof, record } from 'fast-check'
import type { Arbitrary } from 'fast-check'

/** How the channel answers; `unclear` tells nobody whether it arrived. */
export const ANSWERS = ['sent', 'throttled', 'late', 'not-sent', 'unclear', 'rejected', 'gone', 'migrated'] as const
export type ChannelAnswer = (typeof ANSWERS)[number]

/** Alerts 0 and 1 go to chat-1, which may move to chat-9; 2 goes to chat-2 and 3 to chat-9. */
export const CHAT_OF_ALERT = ['chat-1', 'chat-1', 'chat-2', 'chat-9'] as const
export const SENDERS = 3

/** What may happen next, to anybody. Senders 0 and 1 are regions, 2 is main and sends notices only. */
export type Step =
  /** `item` counts back from the newest listing: the same may be found twice, for two alerts, or late. */
  | { kind: 'find'; alert: number; item: number }
  | { kind: 'notice'; chat: number; number: number }
  | { kind: 'burst'; alert: number }
  | { kind: 'claim' | 'begin'; sender: number }
  /** `arrives`: whether an unclear send did. `send` is all three at once, without anybody in between. */
  | { kind: 'answer' | 'send'; sender: number; answer: ChannelAnswer; arrives: boolean }
  /** A sender dies, with `isSending` in the middle of a send; what it had begun may have arrived. */
  | { kind: 'crash'; sender: number; isSending: boolean; arrives: boolean }
  /** A sender hangs for longer than its claim and then goes on. */
  | { kind: 'expire'; sender: number }
  | { kind: 'pause' | 'resume' | 'delete'; alert: number }
  /** The owner sends a dead letter again. */
  | { kind: 'retry'; letter: number }
  /** Every pause that was asked for is over, and so are the claims of the dead. */
  | { kind: 'time' }

const sender = constantFrom(0, 1, 0, 1, 2)
// Most of the trouble is between two alerts of one chat that find the same.
const alert = constantFrom(0, 1, 0, 1, 2, 3)
const item = nat({ max: 1 })
const answer: Arbitrary<ChannelAnswer> = constantFrom('sent', 'sent', 'sent', 'unclear', ...ANSWERS)

const step: Arbitrary<Step> = oneof(
  { weight: 9, arbitrary: record({ kind: constant('find' as const), alert, item }) },
  { weight: 2, arbitrary: record({ kind: constant('notice' as const), chat: nat({ max: 1 }), number: item }) },
  { weight: 1, arbitrary: record({ kind: constant('burst' as const), alert }) },
  { weight: 6, arbitrary: record({ kind: constant('claim' as const), sender }) },
  { weight: 6, arbitrary: record({ kind: constant('begin' as const), sender }) },
  { weight: 6, arbitrary: record({ kind: constant('answer' as const), sender, answer, arrives: boolean() }) },
  { weight: 6, arbitrary: record({ kind: constant('send' as const), sender, answer, arrives: boolean() }) },
  {
    weight: 2,
    arbitrary: record({ kind: constant('crash' as const), sender, isSending: boolean(), arrives: boolean() }),
  },
  { weight: 2, arbitrary: record({ kind: constant('expire' as const), sender }) },
  { weight: 3, arbitrary: record({ kind: constantFrom('pause' as const, 'resume' as const), alert }) },
  { weight: 1, arbitrary: record({ kind: constant('delete' as const), alert }) },
  { weight: 1, arbitrary: record({ kind: constant('retry' as const), letter: nat({ max: 5 }) }) },
  { weight: 4, arbitrary: constant<Step>({ kind: 'time' }) },
)

export const schedules: Arbitrary<Step[]> = array(step, { minLength: 20, maxLength: 60, size: 'max' })
