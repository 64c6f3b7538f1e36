import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindOwner, isStartWith } from '../../../main-worker/bot/bind-owner.ts'
import { makeCode } from '../../../main-worker/people/codes.ts'
import type { BotUpdates, TextUpdate } from '../../../main-worker/bot/bot-updates.ts'
import type { Context } from '../../../main-worker/context.ts'
import { fakeDatabase } from '../shared/fake-database.ts'
import { recordingLogger } from '../shared/recording-logger.ts'

const never = new AbortController().signal

test('a code has eight characters that nobody mixes up', () => {
  assert.match(makeCode(), /^[ABCDEFGHJKMNPQRSTUVWXYZ2-9]{8}$/)
  assert.notEqual(makeCode(), makeCode())
})

const starts: [text: string, binds: boolean][] = [
  ['/start ABCD2345', true],
  ['/start abcd2345', true],
  ['/start@VigieBot ABCD2345 ', true],
  ['/start', false],
  ['/start ABCD2346', false],
  ['/start ABCD2345 x', false],
  ['ABCD2345', false],
  ['/startABCD2345', false],
]
for (const [text, binds] of starts)
  test(`"${text}" ${binds ? 'binds' : 'binds nothing'}`, () => assert.equal(isStartWith('ABCD2345', text), binds))

function stage(owner: string | null, polls: ((code: string) => TextUpdate[])[]) {
  const { logger, entries: lines } = recordingLogger()
  const database = fakeDatabase({ get_owner_chat: () => owner, set_owner_chat: () => null, tell_owner: () => null })
  let isDone = false
  const code = (): string => /\/start (\w+)/.exec(JSON.stringify(lines))?.[1] ?? ''
  const updates: BotUpdates = {
    botName: () => Promise.resolve('@VigieBot'),
    next: () => {
      const poll = polls.shift()
      assert.ok(poll, 'polled after the last update')
      return Promise.resolve(poll(code()))
    },
    done: () => {
      isDone = true
      return Promise.resolve()
    },
  }
  const context = { database, logger, channel: 'telegram' } as unknown as Context
  return { database, bind: () => bindOwner(context, updates, never), isDone: () => isDone, lines }
}

test('the chat that writes the code shown on the terminal is bound and greeted; others are not answered', async () => {
  const { database, bind, isDone } = stage(null, [
    () => [{ chatId: '7', text: '/start' }],
    () => [{ chatId: '8', text: '/start WRONGONE' }],
    (code) => [{ chatId: '-100', text: `/start ${code}` }],
  ])
  await bind()
  assert.deepEqual(database.argsOf('set_owner_chat'), [{ chat_id: '-100' }])
  assert.equal(database.argsOf('tell_owner').length, 1)
  assert.ok(isDone())
})

test('while a chat is known no code is shown and nothing is polled', async () => {
  const { bind, lines } = stage('42', [])
  await bind()
  assert.deepEqual(lines, [])
})
