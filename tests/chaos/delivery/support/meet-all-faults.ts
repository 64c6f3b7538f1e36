import assert from 'node:assert/strict'
import { eventually } from '../../../support/fleet/eventually.ts'
import type { Json } from '../../../support/json.ts'
import { timesOf } from '../../support/chaos-size.ts'
import { apiOf } from './call-api.ts'
import type { Api } from './call-api.ts'
import { openWire } from './open-wire.ts'
import { openPostOffice } from './post-office.ts'
import type { Find } from './post-office.ts'

/** How many chats each fault hits. */
export const CHATS = timesOf(4, 12)
const SENDERS = 4
const PHOTO = 'https://images1.vinted.net/t/made-up.webp'
/** A send without an answer lasts 12 s, its repeat comes 15 s later, and a slow machine takes its time. */
const SETTLED_WITHIN_MS = 3 * 60_000

export type Stage = { fault: object | null; chats: string[]; finds: Find[] }

const chatsFrom = (first: number, count = CHATS): string[] =>
  Array.from({ length: count }, (_, place) => String(first + place))
let lastItem = 0
const stage = (fault: object | null, chats: string[], messages: number, photoUrl?: string): Stage => ({
  fault,
  chats,
  finds: chats.flatMap((chat) =>
    Array.from({ length: messages }, () => ({ chat, item: (lastItem += 1), ...(photoUrl && { photoUrl }) })),
  ),
})

/** Every fault that Telegram can make, each in chats of its own, and chats without one. */
export const stages = {
  healthy: stage(null, chatsFrom(1000, 10), 8),
  throttled: stage({ mode: '429', retryAfter: 6, count: 2 }, chatsFrom(2000, 3 * CHATS), 3),
  blocked: stage({ mode: '403' }, chatsFrom(3000), 5),
  migrated: stage({ mode: 'migrate' }, ['-4001', '-4002'], 3),
  broken: stage({ mode: '500', count: 1 }, chatsFrom(5000), 2),
  dead: stage({ mode: '500' }, chatsFrom(6000), 1),
  silent: stage({ mode: 'timeout-after-accept', count: 1 }, chatsFrom(7000, 2), 2),
  noPhoto: stage({ mode: '400-photo' }, chatsFrom(8000), 2, PHOTO),
  noMarkup: stage({ mode: '400-entities' }, chatsFrom(9000), 2),
}

/** The groups that move have an alert each, which must move along. */
async function addAlerts(api: Api): Promise<void> {
  for (const find of stages.migrated.finds) {
    const alert = { name: `group ${find.item}`, market: 'fr', searchText: 'x', chatId: find.chat }
    find.alertId = (await api('POST', 'alerts', alert)).body.id
  }
}

export type Aftermath = Awaited<ReturnType<typeof meetAllFaults>>

/** All faults at once, until each message is settled; then what every side saw of it. */
export async function meetAllFaults() {
  const post = await openPostOffice('pglite')
  const wire = await openWire(post.sandbox.url)
  const api = apiOf(await post.startMain(SENDERS))
  for (let place = 0; place < SENDERS; place += 1) await post.startSender(place, { telegram: wire.url })
  await addAlerts(api)
  for (const { fault, chats } of Object.values(stages)) {
    for (const chat of fault ? chats : []) await post.sandbox.control('POST', 'telegram/faults', { ...fault, chat })
  }
  const queuedAt = Date.now()
  await post.enqueue(Object.values(stages).flatMap(({ finds }) => finds))
  // Should something stay behind, the tests say what.
  // What is left shows in the counts.
  await eventually(async () => assert.equal(await post.waiting(), 0), SETTLED_WITHIN_MS).catch(() => undefined)
  const outbox: Json[] = (await api('GET', 'outbox?limit=1000')).body.messages
  const shown = await post.sandbox.control<Json[]>('GET', 'messages')
  await post.witness.look()
  const arrivalsOf = ({ finds }: Stage): number[] => finds.map(({ item }) => post.witness.counts().get(item) ?? 0)
  return {
    api,
    arrivalsOf,
    rowsOf: ({ finds }: Stage): Json[] =>
      finds.map(({ item }) => outbox.find((row) => row.itemId === item) ?? { status: 'none', possibleRepeats: 0 }),
    /** Every call that was made for a chat, accepted or not. */
    callsTo: (chat: string) => wire.passages.filter((call) => String(call.body?.chat_id) === chat),
    /** What was accepted in the chats of a stage, as Telegram shows it. */
    shownIn: ({ chats }: Stage): Json[] => shown.filter(({ chat }) => chats.includes(chat)),
    /** When the messages of a stage were accepted, counted from the queueing of all of them. */
    delaysOf: ({ chats }: Stage): number[] =>
      post.witness.calls().flatMap(({ chat, at }) => (chats.includes(chat) ? [at - queuedAt] : [])),
    /** What most stages promise: each message is there once. */
    countOnce(at: Stage) {
      const arrivals = arrivalsOf(at)
      const lost = arrivals.filter((count) => count === 0).length
      const repeated = arrivals.reduce((sum, count) => sum + Math.max(0, count - 1), 0)
      return { lost, repeated, words: `${lost} lost, ${repeated} repeated` }
    },
    async close(): Promise<void> {
      await post.close()
      await wire.close()
    },
  }
}
