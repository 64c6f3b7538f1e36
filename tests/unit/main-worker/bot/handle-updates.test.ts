import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handleUpdates } from '../../../../main-worker/bot/handle-updates.ts'
import { hashOf } from '../../../../main-worker/people/codes.ts'
import { createInbox } from '../../../../main-worker/bot/inbox.ts'
import type { Context } from '../../../../main-worker/context.ts'
import type { BotUpdate, ClaimedUpdate } from '#shared/database/bot.ts'
import type { Reply } from '#shared/database/outbox.ts'
import type { Person } from '#shared/database/people.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { uuid } from '../../shared/make-alert.ts'
import { recordingLogger } from '../../shared/recording-logger.ts'
import { fakeTelegram, makePerson, makePress, makeText } from './make-asked.ts'

const claimed = (updateId: number, content: BotUpdate, attempt = 1): ClaimedUpdate => ({
  updateId,
  attempt,
  receivedAt: '2026-11-22T10:00:00Z',
  content,
})

type Handlers = Parameters<typeof fakeDatabase>[0]

/** Handles what is claimed until nothing is left, and tells what was said and how each update was settled. */
async function handleAll(updates: ClaimedUpdate[], person: Person | null, handlers: Handlers = {}) {
  const { logger, entries } = recordingLogger()
  const stop = new AbortController()
  let open = updates.length
  const database = fakeDatabase({
    release_updates: () => null,
    claim_update: () => updates.shift() ?? null,
    find_person: () => person,
    tell_chat: () => uuid(9),
    tell_stranger: () => true,
    settle_update: () => {
      open -= 1
      if (open === 0) setImmediate(() => stop.abort())
      return true
    },
    ...handlers,
  })
  const telegram = fakeTelegram()
  const context = { database, logger, channel: 'telegram' } as unknown as Context
  const inbox = createInbox({ database, logger })
  await handleUpdates({ context, telegram, inbox, name: '@VigieBot' }, stop.signal)
  const told = database.argsOf('tell_chat') as { event: string; payload: { reply: Reply } }[]
  return {
    database,
    calls: telegram.calls,
    entries,
    told: told.map(({ event, payload }) => [
      event,
      payload.reply.lines
        .flat()
        .map(({ text }) => text)
        .join('\n'),
    ]),
    settled: database.argsOf('settle_update'),
  }
}

test('an answer waits in the outbox under its update’s id, and the update is done', async () => {
  const { told, settled } = await handleAll([claimed(100, makeText('/test'))], makePerson())
  assert.deepEqual(told, [['reply:100:0', 'Test message: this chat does get Vigie’s messages.']])
  assert.deepEqual(settled, [{ update_id: 100, attempt: 1, retry_ms: null }])
})

test('what fails is tried again a little later; the third time the chat is told, in the language of whoever asked', async () => {
  const failing: Handlers = { find_person: () => Promise.reject(new Error('gone')) }
  const first = await handleAll([claimed(100, makeText('/test'))], null, failing)
  assert.deepEqual([first.told, first.settled], [[], [{ update_id: 100, attempt: 1, retry_ms: 3_000 }]])
  assert.match(first.entries.at(-1)?.msg ?? '', /Update 100 from Telegram could not be handled \(attempt 1\): gone/)
  const third = await handleAll([claimed(100, makeText('/test'), 3)], null, failing)
  assert.match(third.told[0]?.[1] ?? '', /Something went wrong on our side/)
  assert.deepEqual(third.settled, [{ update_id: 100, attempt: 3, retry_ms: null }])
})

test('every press is answered, also one that means nothing', async () => {
  const { calls } = await handleAll([claimed(100, makePress('nonsense'))], makePerson())
  assert.deepEqual(calls, ['answerPress p1 This preview is out of date: use the newest one.'])
})

test('a press that Telegram does not want answered any more is handled all the same', async () => {
  const { settled } = await handleAll([claimed(100, makePress('lang:fr'))], makePerson(), { update_person: () => null })
  assert.equal(settled.length, 1)
})

test('the owner’s code moves the owner to a chat that is somebody’s already; any other code greets', async () => {
  const start = (owner: Person | null) =>
    handleAll([claimed(100, makeText('/start ABCD2345'))], makePerson(), {
      use_owner_code: () => owner,
      update_person: () => null,
      tell_owner: () => null,
    })
  const moved = await start(makePerson({ id: 'owner', role: 'owner', language: 'fr' }))
  assert.deepEqual(moved.told, [])
  assert.deepEqual(moved.database.argsOf('use_owner_code'), [{ code_hash: hashOf('ABCD2345'), chat_id: '42' }])
  assert.deepEqual(moved.database.argsOf('update_person'), [{ id: 'owner', changes: { language: 'en' } }])
  assert.equal(moved.database.argsOf('tell_owner').length, 1)
  assert.match((await start(null)).told[0]?.[1] ?? '', /Camille/)
})

test('a stranger’s chat is refused; a stranger in a group is left alone unless they command', async () => {
  const inGroup = (text: string): BotUpdate => ({ ...makeText(text), chatId: '-9', isPrivate: false })
  const refusals = async (update: BotUpdate): Promise<number> =>
    (await handleAll([claimed(100, update)], null)).database.argsOf('tell_stranger').length
  assert.equal(await refusals(makeText('hello')), 1)
  assert.equal(await refusals(inGroup('hello')), 0)
  assert.equal(await refusals(inGroup('https://www.vinted.fr/catalog?search_text=nike')), 0)
  assert.equal(await refusals(inGroup('/list')), 1)
  assert.equal(await refusals(inGroup('/list@OtherBot')), 0)
})

test('in a group that is known, what people say to each other is left alone', async () => {
  const { told } = await handleAll(
    [
      claimed(100, { ...makeText('see you at 8'), isPrivate: false }),
      claimed(101, { ...makeText('/fly'), isPrivate: false }),
    ],
    makePerson(),
    { get_draft: () => null },
  )
  assert.deepEqual(told, [])
})

const closedToViewers = [
  '/add',
  '/pause 1',
  '/resume 1',
  '/snooze 1 2h',
  '/mute 1 x',
  'https://www.vinted.fr/catalog?search_text=x',
]
for (const words of closedToViewers)
  test(`a viewer who writes "${words}" may look, not change`, async () => {
    const { told } = await handleAll([claimed(100, makeText(words))], makePerson({ role: 'viewer' }))
    assert.deepEqual(
      told.map(([, text]) => text),
      ['You may look, not change. The owner can give you more rights.'],
    )
  })
