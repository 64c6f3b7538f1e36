import assert from 'node:assert/strict'
import type { ClaimedMessage } from '../../../shared/database/outbox.ts'
import type { Delivery } from '../../../shared/messaging/messaging-provider.ts'
import { nextStep } from '../../../shared/outbox/delivery-policy.ts'
import { makeAlert } from '../../support/supabase/checks.ts'
import { claim, enqueue } from '../../support/supabase/messages.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import { CHAT_OF_ALERT, SENDERS } from './outbox-schedule.ts'
import type { ChannelAnswer, Step } from './outbox-schedule.ts'

export const MAX_ATTEMPTS = 4
/** Longer than any test: only a `time` step ends it. */
const GAP_MS = 600_000
/** How often a listing is found, by any alert, before a newer one is there. */
const FINDS_PER_LISTING = 3

type Sending = { message: ClaimedMessage; isBegun: boolean; isExpired: boolean }
type AlertState = { id: string; chat: string; isActive: boolean; isDeleted: boolean; wasEverSilenced: boolean }

/** What is true outside of the database: what arrived, what was enqueued, and who has reason to send again. */
export type World = {
  alerts: AlertState[]
  enqueued: Set<string>
  /** By row: how often it arrived, and how many of its sends nobody can be sure of. */
  arrived: Map<string, number>
  doubtful: Map<string, number>
  retried: Map<string, number>
  hasMoved: boolean
}

export const keyOf = (alertId: string | null, itemId: number, event: string): string => `${alertId} ${itemId} ${event}`

const add = (counts: Map<string, number>, message: ClaimedMessage): void => {
  for (const { id } of message.notifications) counts.set(id, (counts.get(id) ?? 0) + 1)
}

/** What the messenger's client makes of an answer. */
const deliveryOf = (answer: ChannelAnswer): Delivery => {
  if (answer === 'sent') return { kind: 'sent' }
  if (answer === 'throttled') return { kind: 'throttled', retryAfterMs: GAP_MS, error: '429' }
  if (answer === 'migrated') return { kind: 'migrated', to: 'chat-9', error: 'moved' }
  return { kind: answer, error: `it was ${answer}` }
}

export async function createWorld(vigie: VigieDatabase) {
  const world: World = {
    alerts: await Promise.all(
      CHAT_OF_ALERT.map(async (chat, place) => {
        const { id } = await makeAlert(vigie, { name: `alert ${place}`, chatId: chat })
        return { id, chat, isActive: true, isDeleted: false, wasEverSilenced: false }
      }),
    ),
    enqueued: new Set(),
    arrived: new Map(),
    doubtful: new Map(),
    retried: new Map(),
    hasMoved: false,
  }
  const senders: (Sending | null)[] = Array(SENDERS).fill(null)
  let finds = 0
  /** Chats that asked for a pause, until time passes. */
  const resting = new Set<string>()

  const alertOf = (place: number): AlertState => world.alerts[place] as AlertState
  const isSilent = (id: string | null): boolean =>
    id !== null && world.alerts.some((alert) => alert.id === id && (!alert.isActive || alert.isDeleted))

  async function find(place: number, items: number[]): Promise<void> {
    const { id, chat } = alertOf(place)
    if (isSilent(id)) return // Nobody checks for it.
    for (const itemId of items) {
      await enqueue(vigie, { destination: chat, alertId: id, itemId })
      world.enqueued.add(keyOf(id, itemId, 'new'))
    }
  }

  async function notice(chat: string, event: string): Promise<void> {
    const payload = { incident: 'i', subject: 's', detail: 'd', isClosed: false, evidenceId: null, language: 'fr' }
    await vigie.query(
      `select public.enqueue(array[('telegram', $1, null, null, 0, $2, 'notice', $3)::public.new_message])`,
      [chat, event, JSON.stringify(payload)],
    )
    world.enqueued.add(keyOf(null, 0, event))
  }

  async function take(place: number): Promise<Sending | null> {
    if (senders[place]) return null
    const options = { lockMs: GAP_MS, maxAttempts: MAX_ATTEMPTS, ...(place === 2 && { kind: 'notice' }) }
    const message = await claim(vigie, options)
    if (message === null || 'waitMs' in message) return null
    assert.ok(!resting.has(message.destination), `${message.destination} has asked for a pause`)
    assert.ok(message.notifications.every(({ attempts }) => attempts <= MAX_ATTEMPTS))
    if (place === 2) assert.ok(message.notifications.every(({ kind }) => kind === 'notice'))
    const rival = senders.find(
      (other) => other && !other.isExpired && other.message.destination === message.destination,
    )
    assert.equal(rival, undefined, `two senders hold ${message.destination}`)
    senders[place] = { message, isBegun: false, isExpired: false }
    return senders[place] ?? null
  }

  async function begin(place: number): Promise<void> {
    const sending = senders[place]
    if (!sending || sending.isBegun) return
    const { claimId, notifications } = sending.message
    sending.isBegun = await vigie.call('begin_send', {
      claim_id: claimId,
      count: notifications.length,
      needs_ms: 1_000,
    })
    if (!sending.isBegun) {
      senders[place] = null
      return
    }
    assert.ok(!sending.isExpired, 'a claim that has expired is not begun')
    for (const { id, alertId } of notifications)
      assert.ok(!isSilent(alertId) || world.retried.has(id), 'a message of a paused or deleted alert is not sent')
  }

  /** The channel answers; whatever the database then says, the outside has what arrived. */
  async function answer(place: number, said: ChannelAnswer, arrives: boolean): Promise<void> {
    const sending = senders[place]
    if (!sending?.isBegun) return
    const { message } = sending
    const reply = said === 'migrated' && message.destination !== 'chat-1' ? 'sent' : said
    if (reply === 'sent' || (reply === 'unclear' && arrives)) add(world.arrived, message)
    // After its claim's end even a clear answer may come too late to be written down.
    if (reply === 'unclear' || sending.isExpired) add(world.doubtful, message)
    const most = (field: 'attempts' | 'unclearSends'): number =>
      Math.max(...message.notifications.map((notification) => notification[field]))
    const history = {
      attempts: most('attempts'),
      unclearSends: most('unclearSends'),
      channelFailures: message.channelFailures,
    }
    const outcome = nextStep(deliveryOf(reply), history, MAX_ATTEMPTS, 0)
    const before = sending.isExpired ? await readRows(vigie) : null
    const settled = await vigie.call('settle_message', { claim_id: message.claimId, outcome, gap_ms: GAP_MS })
    senders[place] = null
    if (settled) {
      resting.add(message.destination)
      if (outcome.kind === 'migrated') world.hasMoved = true
    } else {
      assert.ok(sending.isExpired, 'only a claim that was taken over is refused')
      assert.deepEqual(await readRows(vigie), before, 'a stale writer changes nothing')
    }
  }

  function crash(place: number, arrives: boolean): void {
    const sending = senders[place]
    if (sending?.isBegun) {
      add(world.doubtful, sending.message)
      if (arrives) add(world.arrived, sending.message)
    }
    senders[place] = null
  }

  async function expire(place: number): Promise<void> {
    const sending = senders[place]
    if (!sending) return
    sending.isExpired = true
    await vigie.query(
      `update public.outbox_destinations set locked_until = now() - interval '1 second' where claim_id = $1`,
      [sending.message.claimId],
    )
  }

  async function silence(kind: 'pause' | 'resume' | 'delete', place: number): Promise<void> {
    const alert = alertOf(place)
    if (alert.isDeleted) return
    if (kind === 'delete') await vigie.call('delete_alert', { id: alert.id })
    else await vigie.call('update_alert', { id: alert.id, changes: { isActive: kind === 'resume' } })
    alert.isDeleted = kind === 'delete'
    alert.isActive = kind === 'resume'
    alert.wasEverSilenced ||= kind !== 'resume'
  }

  async function retry(place: number): Promise<void> {
    const failed = (await readRows(vigie)).filter((row) => row.state === 'failed')
    const letter = failed[place % Math.max(1, failed.length)]
    if (!letter) return
    await vigie.call('retry_outbox', { id: letter.id })
    const waiting = new Set((await readRows(vigie)).filter((row) => row.state === 'waiting').map((row) => row.id))
    for (const { id } of failed) if (waiting.has(id)) world.retried.set(id, (world.retried.get(id) ?? 0) + 1)
  }

  async function pass(): Promise<void> {
    resting.clear()
    const alive = senders.flatMap((sending) => (sending ? [sending.message.claimId] : []))
    await vigie.query(
      `update public.outbox_destinations set locked_until = now() - interval '1 second'
       where claim_id is not null and claim_id <> all ($1::uuid[])`,
      [alive],
    )
    await vigie.query('update public.outbox_channels set next_send_at = now()')
    await vigie.query('update public.outbox_destinations set next_send_at = now()')
    await vigie.query('update public.outbox set not_before = now()')
  }

  return {
    world,
    async live(step: Step): Promise<void> {
      switch (step.kind) {
        case 'find':
          finds += 1
          return find(step.alert, [2 + Math.floor(finds / FINDS_PER_LISTING) - step.item])
        case 'notice':
          return notice(`chat-${step.chat + 1}`, `notice ${step.number} to chat-${step.chat + 1}`)
        case 'burst':
          return find(
            step.alert,
            Array.from({ length: 12 }, (_, place) => 101 + place),
          )
        case 'claim':
          return void (await take(step.sender))
        case 'begin':
          return begin(step.sender)
        case 'answer':
          return answer(step.sender, step.answer, step.arrives)
        case 'send':
          await take(step.sender)
          await begin(step.sender)
          return answer(step.sender, step.answer, step.arrives)
        case 'crash':
          if (step.isSending) {
            await take(step.sender)
            await begin(step.sender)
          }
          return crash(step.sender, step.arrives)
        case 'expire':
          return expire(step.sender)
        case 'retry':
          return retry(step.letter)
        case 'time':
          return pass()
        case 'pause':
        case 'resume':
        case 'delete':
          return silence(step.kind, step.alert)
        default:
          return step satisfies never
      }
    },
    /** Everybody dies, and one good sender sends what is left. */
    async settleDown(): Promise<void> {
      for (const place of senders.keys()) crash(place, false)
      for (let quiet = 0; quiet < 2; quiet += 1) {
        await pass()
        while (await take(0)) {
          quiet = 0
          await begin(0)
          await answer(0, 'sent', true)
          await pass()
        }
      }
    },
  }
}

export type Row = {
  id: string
  alert_id: string | null
  destination: string
  item_id: string
  event: string
  state: string
  attempts: number
  possible_repeats: number
  last_error: string | null
}

export const readRows = (vigie: VigieDatabase): Promise<Row[]> =>
  vigie.query<Row>(
    `select id, alert_id, destination, item_id::text, event, state, attempts, possible_repeats, last_error
     from public.outbox order by number`,
  )
