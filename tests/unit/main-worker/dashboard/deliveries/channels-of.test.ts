import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Person } from '#shared/database/people.ts'
import { channelsOf } from '../../../../../main-worker/deliveries/channels-of.ts'
import { fakeDatabase } from '../../../shared/fake-database.ts'

const HOOK = { personId: null, host: 'discord.com', createdAt: '', alerts: 0, disabledReason: null }
const actorOf = (role: Person['role'], chatId: string | null) => ({
  via: 'session' as const,
  person: {
    id: role,
    role,
    name: role,
    chatId,
    language: 'en' as const,
    timeZone: 'UTC',
    quietFrom: null,
    quietUntil: null,
    createdAt: '',
  },
})

describe('the ways out of a person', () => {
  const database = fakeDatabase({
    get_owner_chat: () => 'moved-group',
    list_webhooks: ({ person_id }) =>
      person_id === 'member'
        ? [{ ...HOOK, id: 'b', kind: 'standard', name: 'mine' }]
        : [
            { ...HOOK, id: 'a', kind: 'discord', name: '#finds' },
            { ...HOOK, id: 'b', kind: 'standard', name: 'mine' },
          ],
  })
  const ways = async (role: Person['role'], chatId: string | null, channel: 'telegram' | 'console' = 'telegram') =>
    (await channelsOf({ database, channel }, actorOf(role, chatId))).map((way) => `${way.channel} ${way.destination}`)

  test('are, for the owner, the chat where it is now, the terminal and every webhook', async () => {
    assert.deepEqual(await ways('owner', 'a-group'), [
      'telegram moved-group',
      'console console',
      'discord a',
      'webhook b',
    ])
  })

  test('are a member’s own', async () => {
    assert.deepEqual(await ways('member', '77'), ['telegram 77', 'webhook b'])
    assert.deepEqual(await ways('member', null), ['webhook b'])
  })

  test('have no chat without a bot', async () => {
    assert.deepEqual(await ways('member', '77', 'console'), ['webhook b'])
  })
})
