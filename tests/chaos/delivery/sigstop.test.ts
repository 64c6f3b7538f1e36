import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import type { Json } from '../../support/json.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import { openPostOffice } from './support/post-office.ts'
import type { PostOffice } from './support/post-office.ts'
import { openWire } from './support/open-wire.ts'
import type { Passage, Wire } from './support/open-wire.ts'
import type { WorkerProcess } from './support/spawn-worker.ts'

/** Where a sender can be when its machine is suspended with a message in its hands. */
const moments = [
  { where: 'before its claim is compared', wire: 'database', hook: 'before', call: /^begin_send$/, hasSent: false },
  { where: 'before it asks Telegram', wire: 'database', hook: 'after', call: /^begin_send$/, hasSent: true },
  { where: 'before its message is at Telegram', wire: 'telegram', hook: 'before', call: /^send/, hasSent: true },
  { where: 'before it reads Telegram’s answer', wire: 'telegram', hook: 'after', call: /^send/, hasSent: true },
  { where: 'before it is settled', wire: 'database', hook: 'before', call: /^settle_message$/, hasSent: true },
] as const
type Moment = (typeof moments)[number]

const STOPS = timesOf(20, 400)

let post: PostOffice
let wires: Wire[]
let senders: WorkerProcess[]
/** Set for one stop: what happens to the first call at that moment, whoever of the two makes it. */
let trap: { moment: Moment; spring: (place: number) => Promise<void> } | null = null

async function meet(place: number, wire: Moment['wire'], hook: Moment['hook'], call: Passage): Promise<void> {
  if (trap?.moment.wire !== wire || trap.moment.hook !== hook || !trap.moment.call.test(call.name)) return
  const { spring } = trap
  trap = null
  await spring(place)
}

before(async () => {
  post = await openPostOffice('postgres')
  wires = []
  senders = []
  for (const place of [0, 1]) {
    const wireTo = async (wire: Moment['wire'], target: string) => {
      const opened = await openWire(target, {
        before: (call) => meet(place, wire, 'before', call),
        after: (call) => meet(place, wire, 'after', call),
      })
      wires.push(opened)
      return opened.url
    }
    const telegram = await wireTo('telegram', post.sandbox.url)
    senders.push(await post.startSender(place, { telegram, database: await wireTo('database', post.database.url) }))
  }
})
after(async () => {
  await post.close()
  await Promise.all(wires.map((wire) => wire.close()))
})

const rowOf = async (item: number): Promise<Json> =>
  (await post.database.query<Json>('select * from public.outbox where item_id = $1', [item]))[0]

async function staleWrites(): Promise<number> {
  const [row] = await post.database.query<{ count: number }>(
    'select stale_writes::int as count from public.fleet_state',
  )
  return row?.count ?? 0
}

/** One find, and the sender that has it is frozen at that moment. Answers what the other one wrote, before and after. */
async function freezeWhile(moment: Moment, item: number): Promise<{ written: Json; later: Json }> {
  const chat = String(30_000 + item)
  const frozen = Promise.withResolvers<number>()
  const thawed = Promise.withResolvers<void>()
  trap = {
    moment,
    spring: (place) => {
      senders[place]?.signal('SIGSTOP')
      frozen.resolve(place)
      return thawed.promise
    },
  }
  await post.enqueue([{ chat, item }])
  const place = await frozen.promise
  const wire = wires[place * 2 + 1]
  const heard = wire?.passages.length ?? 0
  try {
    // Longer than the claim, without waiting for it.
    await post.database.query(
      `update public.outbox_destinations set locked_until = now() - interval '1 second' where destination = $1`,
      [chat],
    )
    const written = await eventually(async () => {
      const row = await rowOf(item)
      assert.ok(row.settled_at, 'the other sender has settled it')
      return row
    })
    senders[place]?.signal('SIGCONT')
    thawed.resolve()
    // It is over when the thawed sender has come to its next claim.
    await eventually(async () => {
      const since = wire?.passages.slice(heard) ?? []
      assert.ok(since.some((call) => call.name === 'claim_message' && call.isOver))
    }, 60_000)
    return { written, later: await rowOf(item) }
  } finally {
    senders[place]?.signal('SIGCONT')
    thawed.resolve()
  }
}

test(`${STOPS} senders frozen for longer than their claim change nothing when they go on`, async () => {
  let stale = 0
  let needless = 0
  for (let stop = 0; stop < STOPS; stop += 1) {
    const moment = moments[stop % moments.length] as Moment
    const { written, later } = await freezeWhile(moment, stop + 1)
    try {
      assert.deepEqual(later, written)
    } catch {
      stale += 1
    }
    await post.witness.look()
    if (!moment.hasSent && post.witness.counts().get(stop + 1) !== 1) needless += 1
  }
  const counted = await staleWrites()
  const lost = STOPS - post.witness.counts().size
  const repeats = post.witness.repeats()
  recordRow({
    fault: 'SIGSTOP of a sender for longer than its claim, then SIGCONT',
    promise: '0 stale writes, 0 lost, repeats ≤ stops, none before the send is begun',
    n: `${STOPS} stops at ${moments.length} moments`,
    result: `${stale} stale writes (${counted} refused and counted), ${lost} lost, ${repeats} repeated`,
    kept: stale === 0 && lost === 0 && repeats <= STOPS && needless === 0 && counted >= STOPS,
  })
  assert.deepEqual({ stale, lost, needless }, { stale: 0, lost: 0, needless: 0 })
  assert.ok(repeats <= STOPS, `${repeats} repeats`)
  assert.ok(counted >= STOPS, `only ${counted} refused writes are counted`)
})
