import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../../local/sandbox/random.ts'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import { openPostOffice } from './support/post-office.ts'
import type { PostOffice } from './support/post-office.ts'
import { openWire } from './support/open-wire.ts'
import type { Wire } from './support/open-wire.ts'
import type { WorkerProcess } from './support/spawn-worker.ts'

const KILLS = timesOf(60, 1000)
const SENDERS = 5
const CHATS = 400
/** So many wait at least, as long as senders are killed; they go out while the last claims of the killed run out. */
const QUEUE = 600
/** The claims of the killed are free again after most of a minute; a slow machine gets time for the rest of the queue. */
const DRAINED_WITHIN_MS = 5 * 60_000
const random = seededRandom(20261122)

/** A Telegram at a distance: half of the kills hit on the way there, half on the way back. */
const distance = () => sleep(random.int(30, 120))

/** Answers how many finds were queued so far; they are numbered from 1. */
async function keepQueueFull(post: PostOffice, queued: number): Promise<number> {
  let last = queued
  while ((await post.waiting()) < QUEUE) {
    const to = (chat: number) => ({ chat: String(chat), item: (last += 1) })
    const spread = Array.from({ length: 200 }, () => to(10_000 + random.int(1, CHATS)))
    // As many again go to a few chats, which get digests.
    const crowded = Array.from({ length: 8 }, () => 20_000 + random.int(1, 50))
    await post.enqueue([...spread, ...crowded.flatMap((chat) => Array.from({ length: 25 }, () => to(chat)))])
  }
  return last
}

type Running = { sender: WorkerProcess; wire: Wire; place: number; sentBefore: number }

/** Kills random senders at random moments and starts them again, under a queue that is never empty. */
async function killSenders(post: PostOffice, wires: Wire[]) {
  const running = new Map<number, Running>()
  const starting = new Set<Promise<unknown>>()
  let broken: unknown = null
  const raise = (wire: Wire, place: number): void => {
    const started: Promise<unknown> = post
      .startSender(place, { telegram: wire.url })
      .then((sender) => running.set(place, { sender, wire, place, sentBefore: wire.passages.length }))
      .catch((error: unknown) => (broken = error))
      .finally(() => starting.delete(started))
    starting.add(started)
  }
  let queued = await keepQueueFull(post, 0)
  for (const [place, wire] of wires.entries()) raise(wire, place)
  let kills = 0
  let whileSending = 0
  while (kills < KILLS) {
    await sleep(random.int(50, 500))
    if (broken) throw broken
    queued = await keepQueueFull(post, queued)
    if (kills % 20 === 0) await post.witness.look()
    // One that sends, not one that has just come up.
    const busy = [...running.values()].filter(({ wire, sentBefore }) => wire.passages.length > sentBefore)
    if (busy.length === 0) continue
    const { sender, wire, place } = random.pick(busy)
    running.delete(place)
    if (wire.passages.some((call) => !call.isOver)) whileSending += 1
    await sender.end('SIGKILL')
    kills += 1
    raise(wire, place)
  }
  await Promise.all(starting)
  return { queued, whileSending }
}

type Row = { item: number; state: string; attempts: number; repeats: number; error: string | null }

/** What the database says of each find, to be compared with what the users saw. */
const readOutbox = (post: PostOffice): Promise<Row[]> =>
  post.database.query<Row>(
    `select item_id::int as item, state, attempts, possible_repeats as repeats, last_error as error from public.outbox`,
  )

test(`${KILLS} kills of a sender lose nothing and repeat at most one message each`, async (t) => {
  const post = await openPostOffice('postgres')
  const wires: Wire[] = []
  t.after(async () => {
    await post.close()
    await Promise.all(wires.map((wire) => wire.close()))
  })
  while (wires.length < SENDERS) wires.push(await openWire(post.sandbox.url, { before: distance, after: distance }))

  const { queued, whileSending } = await killSenders(post, wires)
  // What is left is lost, and counted as such.
  // What is left shows in the counts.
  await eventually(async () => assert.equal(await post.waiting(), 0), DRAINED_WITHIN_MS).catch(() => undefined)
  await post.witness.look()

  const arrivals = post.witness.counts()
  const rows = await readOutbox(post)
  const lost = rows.filter(({ item }) => !arrivals.has(item))
  const unsaid = rows.filter(({ item, repeats }) => (arrivals.get(item) ?? 0) - 1 > repeats)
  const repeats = post.witness.repeats()
  recordRow({
    fault: 'SIGKILL of a sender under load',
    promise: '0 lost, repeats ≤ kills, each counted',
    n: `${KILLS} kills (${whileSending} in mid-send), ${queued} finds, ${SENDERS} senders`,
    result: `${lost.length} lost, ${repeats} repeated, ${unsaid.length} not counted`,
    kept: lost.length === 0 && repeats <= KILLS && unsaid.length === 0,
  })
  assert.equal(rows.length, queued)
  assert.deepEqual(lost, [])
  assert.deepEqual(unsaid, [])
  assert.ok(repeats <= KILLS, `${repeats} repeats`)
  assert.ok(whileSending >= KILLS / 5, `only ${whileSending} kills hit a message under way`)
})
