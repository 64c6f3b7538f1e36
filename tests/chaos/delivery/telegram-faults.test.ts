import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Json } from '../../support/json.ts'
import { recordRow } from '../support/record-row.ts'
import { CHATS, meetAllFaults, stages } from './support/meet-all-faults.ts'
import type { Aftermath, Stage } from './support/meet-all-faults.ts'

let seen: Aftermath
before(async () => {
  seen = await meetAllFaults()
})
after(() => seen.close())

const howMany = <Item>(items: readonly Item[], is: (item: Item) => boolean): number => items.filter(is).length
const inWords = ({ chats, finds }: Stage): string => `${finds.length} messages, ${chats.length} chats`

test('chats without a fault go on at their own pace while all others fail', () => {
  const { lost, repeated, words } = seen.countOnce(stages.healthy)
  const slowestS = Math.max(...seen.delaysOf(stages.healthy)) / 1000
  recordRow({
    fault: 'Telegram: all faults below at once, in other chats',
    promise: 'healthy chats go on',
    n: inWords(stages.healthy),
    result: `${words}, the last after ${slowestS.toFixed(0)} s`,
    kept: lost === 0 && repeated === 0 && slowestS < 60,
  })
  assert.deepEqual([lost, repeated], [0, 0])
  assert.ok(slowestS < 60, `${slowestS} s`)
})

test('429: a chat is left alone for as long as Telegram says, no attempt is taken, and nothing is lost', () => {
  const { lost, repeated, words } = seen.countOnce(stages.throttled)
  const waits = stages.throttled.chats.flatMap((chat) => {
    const calls = seen.callsTo(chat)
    return calls.flatMap((call, n) => (call.status === 429 ? [(calls[n + 1]?.at ?? Infinity) - call.at] : []))
  })
  const early = howMany(waits, (ms) => ms < 6_000)
  const taken = howMany(seen.rowsOf(stages.throttled), (row) => row.attempts !== 1)
  recordRow({
    fault: 'Telegram: a storm of 429 (retry after 6 s, twice per chat)',
    promise: '0 lost, 0 repeated, no call before its time',
    n: inWords(stages.throttled),
    result: `${words}, ${early} of ${waits.length} waits too short`,
    kept: lost === 0 && repeated === 0 && early === 0 && taken === 0,
  })
  assert.deepEqual({ lost, repeated, early, taken }, { lost: 0, repeated: 0, early: 0, taken: 0 })
  assert.equal(waits.length, stages.throttled.chats.length * 2)
})

test('403: one attempt, then the chat is closed, and each message says so in Telegram’s own words', async () => {
  const attempts = stages.blocked.chats.map((chat) => seen.callsTo(chat).length)
  const { messages } = (await seen.api('GET', 'outbox?status=failed&limit=1000')).body
  const said = howMany(stages.blocked.finds, ({ item }) =>
    messages.some((row: Json) => row.itemId === item && row.lastError === '403 Forbidden: bot was blocked by the user'),
  )
  const more = howMany(attempts, (count) => count !== 1)
  recordRow({
    fault: 'Telegram: 403, the user blocked the bot',
    promise: 'one attempt per chat, every message visible as failed',
    n: inWords(stages.blocked),
    result: `${more} chats tried again, ${said} messages visible`,
    kept: more === 0 && said === stages.blocked.finds.length,
  })
  assert.deepEqual(
    attempts,
    stages.blocked.chats.map(() => 1),
  )
  assert.equal(said, stages.blocked.finds.length)
})

test('migrate: the group is followed, and so are its alerts', async () => {
  const { lost, repeated, words } = seen.countOnce(stages.migrated)
  const { alerts } = (await seen.api('GET', 'alerts')).body
  const moved = howMany(alerts, (alert: Json) => /^-100400[12]$/.test(alert.chatId))
  const tried = stages.migrated.chats.map((chat) => seen.callsTo(chat).length)
  recordRow({
    fault: 'Telegram: a group became a supergroup',
    promise: 'followed: 0 lost, 0 repeated',
    n: inWords(stages.migrated),
    result: `${words}, ${moved} of ${alerts.length} alerts moved`,
    kept: lost === 0 && repeated === 0 && moved === alerts.length,
  })
  assert.deepEqual([lost, repeated, moved], [0, 0, alerts.length])
  assert.deepEqual(tried, [1, 1])
})

test('500 once: the message is sent once more, and the possible repeat is counted', () => {
  const { lost, repeated, words } = seen.countOnce(stages.broken)
  const counted = seen.rowsOf(stages.broken).reduce((sum: number, row) => sum + row.possibleRepeats, 0)
  recordRow({
    fault: 'Telegram: 500 once per chat',
    promise: '0 lost, resent once, counted as a possible repeat',
    n: inWords(stages.broken),
    result: `${words}, ${counted} counted`,
    kept: lost === 0 && repeated === 0 && counted === CHATS,
  })
  assert.deepEqual([lost, repeated, counted], [0, 0, CHATS])
})

test('500 always: two attempts, then a dead letter with Telegram’s own words', () => {
  const rows = seen.rowsOf(stages.dead)
  const attempts = stages.dead.chats.map((chat) => seen.callsTo(chat).length)
  const dead = howMany(rows, (row) => row.status === 'failed' && row.lastError.startsWith('500 Internal Server Error'))
  const more = howMany(attempts, (count) => count !== 2)
  recordRow({
    fault: 'Telegram: 500 always',
    promise: 'resent once, then a dead letter',
    n: inWords(stages.dead),
    result: `${dead} dead letters, ${more} not resent exactly once`,
    kept: dead === CHATS && more === 0,
  })
  assert.equal(dead, CHATS)
  assert.deepEqual(
    attempts,
    stages.dead.chats.map(() => 2),
  )
})

test('no answer after it was accepted: sent once more, at most one repeat, and it is counted', () => {
  const { lost, repeated, words } = seen.countOnce(stages.silent)
  const rows = seen.rowsOf(stages.silent)
  const unsaid = howMany(seen.arrivalsOf(stages.silent), (count) => count > 2)
  const counted = rows.reduce((sum: number, row) => sum + row.possibleRepeats, 0)
  recordRow({
    fault: 'Telegram accepts and never answers, once per chat',
    promise: '0 lost, at most one repeat each, counted',
    n: inWords(stages.silent),
    result: `${words}, ${counted} counted`,
    kept: lost === 0 && unsaid === 0 && repeated === 2 && counted === 2,
  })
  assert.deepEqual([lost, unsaid, repeated, counted], [0, 0, 2, 2])
})

for (const [mode, name, promise] of [
  ['noPhoto', 'a photo is refused', 'the text is sent'],
  ['noMarkup', 'markup is refused', 'plain text is sent'],
] as const) {
  test(`400: when ${name}, ${promise}`, () => {
    const { lost, repeated, words } = seen.countOnce(stages[mode])
    const messages = seen.shownIn(stages[mode])
    const wrong = howMany(messages, (message) => message.method !== 'sendMessage')
    const marked = mode === 'noMarkup' ? howMany(messages, (message) => message.entities.length > 0) : 0
    recordRow({
      fault: `Telegram: ${name}`,
      promise: `${promise}, once`,
      n: inWords(stages[mode]),
      result: words,
      kept: lost === 0 && repeated === 0 && wrong === 0 && marked === 0,
    })
    assert.deepEqual({ lost, repeated, wrong, marked }, { lost: 0, repeated: 0, wrong: 0, marked: 0 })
  })
}
