import type { ChannelAnswer, Step } from './outbox-schedule.ts'

const find = (alert: number, item = 0): Step => ({ kind: 'find', alert, item })
const claim: Step = { kind: 'claim', sender: 0 }
const begin: Step = { kind: 'begin', sender: 0 }
const time: Step = { kind: 'time' }
const said = (answer: ChannelAnswer): Step => ({ kind: 'answer', sender: 0, answer, arrives: false })

/** Schedules that lost or doubled something once, or nearly did. Those of chance come on top. */
export const OUTBOX_EXAMPLES: Record<string, Step[]> = {
  'what was merged into a claimed message is told when that one is paused away': [
    find(0),
    claim,
    find(1),
    { kind: 'pause', alert: 0 },
  ],
  'what was merged into a claimed message is told when that one is deleted': [
    find(0),
    claim,
    find(1),
    { kind: 'delete', alert: 0 },
  ],
  'what was merged goes with its chat when that moves': [
    find(0),
    claim,
    begin,
    find(1),
    said('migrated'),
    time,
    claim,
    begin,
    said('rejected'),
  ],
  'what was merged becomes a dead letter too when its chat is gone': [find(0), claim, begin, find(1), said('gone')],
  'what moves to a chat that is gone becomes a dead letter': [
    find(3),
    claim,
    begin,
    said('gone'),
    find(0),
    find(0, 1),
    claim,
    begin,
    said('migrated'),
  ],
  'what was merged is not told when its own alert is paused meanwhile': [
    find(0),
    claim,
    begin,
    find(1),
    { kind: 'pause', alert: 1 },
    said('rejected'),
    time,
    { kind: 'claim', sender: 1 },
    { kind: 'begin', sender: 1 },
  ],
  'a sender that hangs for longer than its claim is told so and changes nothing': [
    find(0),
    claim,
    begin,
    { kind: 'expire', sender: 0 },
    { kind: 'claim', sender: 1 },
    { kind: 'begin', sender: 1 },
    { kind: 'answer', sender: 1, answer: 'sent', arrives: true },
    said('sent'),
  ],
  'a sender that dies after it was heard leaves a repeat that is counted': [
    find(0),
    { kind: 'crash', sender: 0, isSending: true, arrives: true },
    time,
    { kind: 'send', sender: 1, answer: 'sent', arrives: true },
  ],
  'a message that kills its senders is a dead letter': Array.from({ length: 5 }, () => [
    find(2),
    claim,
    begin,
    { kind: 'expire', sender: 0 } as const,
    { kind: 'crash', sender: 0, isSending: false, arrives: false } as const,
    time,
  ]).flat(),
}
