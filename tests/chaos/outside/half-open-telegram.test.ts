import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../support/fleet/eventually.ts'
import { timesOf } from '../support/chaos-size.ts'
import { recordRow } from '../support/record-row.ts'
import type { Json } from '../../support/json.ts'
import { startHalfOpenLink } from './support/half-open-link.ts'
import type { HalfOpenLink } from './support/half-open-link.ts'
import { startStage } from './support/start-stage.ts'
import type { Stage } from './support/start-stage.ts'
import { publish } from './support/tellings.ts'

/** Two senders, so that two messages hang at the same time. */
const WORKERS = ['worker-fr', 'worker-us']
const CHATS = ['3001', '3002']

const finds = async (stage: Stage, title: string): Promise<Json[]> => {
  const { messages } = (await stage.api('GET', '/api/v1/outbox?limit=1000')).body
  return messages.filter((row: Json) => row.kind === 'find' && row.payload.listing.title === title)
}

const isSettled = (row: Json): boolean => row.status === 'sent' || row.status === 'failed'

/** A new listing for every chat, while the line to Telegram is open that way. */
async function tell(stage: Stage, link: HalfOpenLink, hole: 'both' | 'answers', title: string): Promise<void> {
  await publish(stage.sandbox, title)
  link.open(hole)
  const run = await stage.runOnce()
  assert.equal(run.totals.newMatches, CHATS.length, JSON.stringify(run))
}

/** Telegram takes what it is sent and its answers never arrive, not even those of the second try. */
async function answersNeverCome(stage: Stage, link: HalfOpenLink, title: string): Promise<number[]> {
  await tell(stage, link, 'answers', title)
  await eventually(async () => {
    const rows = await finds(stage, title)
    const isTooOften = (await countPerChat(stage, title)).some((count) => count > 2)
    assert.ok(isTooOften || rows.every(isSettled), `it is still being tried: ${JSON.stringify(rows)}`)
  }, 90_000)
  link.heal()
  return countPerChat(stage, title)
}

/** Nothing gets through for longer than a send may take; then the line heals. */
async function nothingPassesForAWhile(stage: Stage, link: HalfOpenLink, title: string): Promise<number[]> {
  await tell(stage, link, 'both', title)
  await eventually(async () => {
    const rows = await finds(stage, title)
    assert.ok(rows.every((row) => row.possibleRepeats > 0 || row.attempts > 1))
  }, 60_000)
  link.heal()
  await eventually(async () => {
    const rows = await finds(stage, title)
    assert.ok(rows.length > 0 && rows.every((row) => row.status === 'sent'), JSON.stringify(rows))
  }, 60_000)
  return countPerChat(stage, title)
}

async function countPerChat(stage: Stage, title: string): Promise<number[]> {
  const messages = await stage.sandbox.control<Json[]>('GET', 'messages')
  const mine = messages.filter((message) => `${message.text ?? ''}${message.caption ?? ''}`.includes(title))
  return CHATS.map((chat) => mine.filter((message) => message.chat === chat).length)
}

test('a line to Telegram that goes silent after the request was sent costs one repeat at most, and loses nothing', async () => {
  await using stack = new AsyncDisposableStack()
  let link: HalfOpenLink | undefined
  const stage = stack.use(
    await startStage({
      workers: WORKERS,
      prepare: async ({ telegramUrl }, parts) => {
        link = parts.use(await startHalfOpenLink(telegramUrl))
      },
      regionEnv: () => ({ TELEGRAM_API_ROOT: link?.url ?? '' }),
      mainEnv: () => ({ TELEGRAM_API_ROOT: link?.url ?? '' }),
    }),
  )
  assert.ok(link)
  for (const chatId of CHATS) await stage.createAlert({ name: `alert ${chatId}`, searchText: 'sujet', chatId })
  await stage.runOnce()
  await eventually(async () =>
    assert.equal((await stage.sandbox.control<Json[]>('GET', 'messages')).length, CHATS.length),
  )

  const unheard: number[] = []
  const delayed: number[] = []
  for (let round = 0; round < timesOf(1, 20); round += 1) {
    unheard.push(...(await answersNeverCome(stage, link, `sujet muet${round}x`)))
    delayed.push(...(await nothingPassesForAWhile(stage, link, `sujet coupe${round}x`)))
  }
  const all = [...unheard, ...delayed]
  const lost = all.filter((count) => count === 0).length
  const most = Math.max(...all)
  const repeats = all.reduce((total, count) => total + Math.max(0, count - 1), 0)
  recordRow({
    fault: 'Half-open socket between a sender and Telegram, after the request was sent',
    promise: 'resent once at most, nothing lost',
    n: `${unheard.length} sends never answered, ${delayed.length} held back`,
    result: `${lost} lost, ${repeats} repeated, ${most} copies of one message at most`,
    kept: lost === 0 && most <= 2,
  })
  assert.equal(lost, 0)
  assert.ok(most <= 2, `a message was sent ${most} times`)
})
