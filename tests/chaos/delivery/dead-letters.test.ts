import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import type { Json } from '../../support/json.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import { openPostOffice } from './support/post-office.ts'
import type { Find, PostOffice } from './support/post-office.ts'
import { apiOf } from './support/call-api.ts'
import type { Api } from './support/call-api.ts'

const LETTERS = timesOf(6, 60)
const CROWDS = timesOf(6, 40)
const DIGEST_ABOVE = 10
const MOST_IN_A_DIGEST = 30
const SETTLED_WITHIN_MS = 2 * 60_000

let post: PostOffice
let api: Api

before(async () => {
  post = await openPostOffice('pglite')
  api = apiOf(await post.startMain(2))
  for (const place of [0, 1]) await post.startSender(place)
})
after(() => post.close())

const settled = (): Promise<void> =>
  eventually(async () => {
    assert.equal(await post.waiting(), 0)
    await post.witness.look()
  }, SETTLED_WITHIN_MS).catch(() => undefined) // What is left shows in the counts.

const rowsWith = async (status: string): Promise<Json[]> =>
  (await api('GET', `outbox?status=${status}&limit=1000`)).body.messages
const idsOf = (finds: readonly Find[]): Set<number> => new Set(finds.map(({ item }) => item))

for (const [mode, reason, first] of [
  ['500', 'Telegram broke twice', 1000],
  ['403', 'the chat had blocked the bot', 2000],
] as const) {
  test(`a dead letter (${reason}) that is retried by hand arrives once`, async () => {
    const finds = Array.from({ length: LETTERS }, (_, n) => ({ chat: String(first + n), item: first + n }))
    for (const { chat } of finds) await post.sandbox.control('POST', 'telegram/faults', { mode, chat })
    await post.enqueue(finds)
    await settled()
    const items = idsOf(finds)
    const dead = (await rowsWith('failed')).filter((row) => items.has(row.itemId))
    await post.sandbox.control('DELETE', 'telegram/faults')

    const answers = await Promise.all(dead.map(({ id }) => api('POST', `outbox/${id}/retry`)))
    const again = await Promise.all(dead.map(({ id }) => api('POST', `outbox/${id}/retry`)))
    await settled()
    const arrived = [...post.witness.counts()].filter(([item]) => items.has(item))
    const repeats = arrived.reduce((sum, [, count]) => sum + count - 1, 0)
    recordRow({
      fault: `Dead letter (${reason}), retried by hand twice`,
      promise: 'arrives once',
      n: `${LETTERS} messages`,
      result: `${dead.length} dead, ${arrived.length} arrived, ${repeats} repeated`,
      kept: dead.length === LETTERS && arrived.length === LETTERS && repeats === 0,
    })
    assert.equal(dead.length, LETTERS)
    assert.ok(answers.every(({ status }) => status === 200))
    // Nothing failed any more.
    assert.ok(again.every(({ status }) => status === 404))
    assert.equal(arrived.length, LETTERS)
    assert.equal(repeats, 0)
    assert.deepEqual(
      (await rowsWith('failed')).filter((row) => items.has(row.itemId)),
      [],
    )
  })
}

test('more than ten that wait for one chat are one digest that names each; ten are ten messages', async () => {
  let item = 10_000
  const crowd = (chat: number, size: number): Find[] =>
    Array.from({ length: size }, () => ({ chat: String(chat), item: (item += 1) }))
  const few = crowd(3000, DIGEST_ABOVE)
  const one = Array.from({ length: CROWDS }, (_, n) => crowd(3100 + n, DIGEST_ABOVE + 1 + n))
  const many = crowd(3900, 2 * MOST_IN_A_DIGEST + DIGEST_ABOVE + 5)
  await post.enqueue([...few, ...one.flat(), ...many])
  await settled()
  const sizesIn = (chat: string) =>
    post.witness.calls().flatMap((call) => (call.chat === chat ? [call.items.length] : []))
  const asked = [...few, ...one.flat(), ...many]
  const lost = asked.filter(({ item }) => !post.witness.counts().has(item)).length
  const repeats = asked.filter(({ item }) => (post.witness.counts().get(item) ?? 0) > 1).length
  const wrong = one.filter((finds) => sizesIn(finds[0]?.chat ?? '').join() !== String(finds.length)).length
  recordRow({
    fault: 'More than 10 finds wait for one chat',
    promise: 'one digest that names each',
    n: `${asked.length} finds, ${CROWDS + 2} chats`,
    result: `${lost} lost, ${repeats} repeated, ${wrong} chats with more than one message`,
    kept: lost === 0 && repeats === 0 && wrong === 0,
  })
  assert.deepEqual({ lost, repeats, wrong }, { lost: 0, repeats: 0, wrong: 0 })
  assert.deepEqual(sizesIn('3000'), Array(DIGEST_ABOVE).fill(1))
  assert.deepEqual(sizesIn('3900'), [MOST_IN_A_DIGEST, MOST_IN_A_DIGEST, DIGEST_ABOVE + 5])
})
