import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { BotUpdate, ClaimedUpdate } from '../../../shared/database/bot.ts'
import { startVigieDatabase } from '../../support/supabase/start-vigie-database.ts'
import type { VigieDatabase } from '../../support/supabase/start-vigie-database.ts'

// Claims at once prove something on a real server only: the embedded database has one session.
describe('updates of the bot', () => {
  let vigie: VigieDatabase
  before(async () => {
    vigie = await startVigieDatabase('postgres')
  })
  beforeEach(async () => {
    await vigie.reset()
    await vigie.query('truncate public.bot_updates, public.bot_drafts')
  })
  after(() => vigie.close())

  const content = (chatId: string, text = 'hello'): BotUpdate => ({
    kind: 'text',
    chatId,
    topicId: null,
    isPrivate: true,
    language: 'fr',
    text,
    links: [],
  })
  const store = (update_id: number, chat_id = '1'): Promise<boolean> =>
    vigie.call('store_update', { update_id, chat_id, content: content(chat_id) })
  const claim = (lease_ms = 60_000): Promise<ClaimedUpdate | null> => vigie.call('claim_update', { lease_ms })
  const settle = (update_id: number, attempt: number, retry_ms: number | null = null): Promise<boolean> =>
    vigie.call('settle_update', { update_id, attempt, retry_ms })
  const claimedIds = async (times: number): Promise<(number | undefined)[]> =>
    (await Promise.all(Array.from({ length: times }, () => claim()))).map((update) => update?.updateId)

  test('the same one is taken once, also after it was handled', async () => {
    assert.deepEqual(await Promise.all([store(1), store(1)]).then((taken) => taken.toSorted()), [false, true])
    await claim()
    assert.equal(await settle(1, 1), true)
    assert.equal(await store(1), false)
    assert.equal(await claim(), null)
  })

  test('those of one chat come one after the other, those of several at once', async () => {
    for (const [id, chat] of [
      [1, 'a'],
      [2, 'a'],
      [3, 'b'],
      [4, 'c'],
    ] as const)
      await store(id, chat)
    assert.deepEqual((await claimedIds(6)).toSorted(), [1, 3, 4, undefined, undefined, undefined])
    await settle(1, 1)
    assert.equal((await claim())?.updateId, 2)
  })

  test('one that comes late waits until its chat’s newer one is done', async () => {
    await store(5)
    await claim()
    await store(4)
    assert.equal(await claim(), null)
    await settle(5, 1)
    assert.equal((await claim())?.updateId, 4)
  })

  test('a claim that ran out is given again, and whoever lost it settles nothing', async () => {
    await store(1)
    await claim(0)
    assert.equal((await claim())?.attempt, 2)
    assert.equal(await settle(1, 1), false)
    assert.equal(await settle(1, 2), true)
  })

  test('a main that begins to lead takes over at once', async () => {
    await store(1)
    await claim()
    assert.equal(await claim(), null)
    await vigie.call('release_updates', {})
    assert.equal((await claim())?.attempt, 2)
  })

  test('one that failed waits for its time and keeps its place', async () => {
    await store(1)
    await store(2)
    await claim()
    await settle(1, 1, 60_000)
    assert.equal(await claim(), null)
    await vigie.call('release_updates', {})
    assert.equal((await claim())?.updateId, 1)
  })

  test('one that fails every time is let go after ten, and its chat is heard again', async () => {
    await store(1)
    await store(2)
    for (let times = 0; times < 10; times += 1) await claim(0)
    assert.equal((await claim())?.updateId, 2)
  })

  test('nobody’s words are kept once they are answered, and nothing for longer than two days', async () => {
    await store(1)
    await claim()
    await settle(1, 1)
    assert.deepEqual(await vigie.query('select content from public.bot_updates'), [{ content: null }])
    await vigie.query(`update public.bot_updates set received_at = now() - interval '3 days'`)
    await store(2)
    assert.deepEqual(await vigie.query('select update_id::int as id from public.bot_updates'), [{ id: 2 }])
  })

  describe('a stranger', () => {
    const refuse = (update_id: number, chat_id = '66'): Promise<boolean> =>
      vigie.call('tell_stranger', {
        channel: 'telegram',
        chat_id,
        topic_id: null,
        update_id,
        payload: { reply: { lines: [], buttons: [], photos: [] }, language: 'fr' },
      })

    test('is told once an hour and chat', async () => {
      assert.deepEqual([await refuse(1), await refuse(2), await refuse(3, '67')], [true, false, true])
      await vigie.query(`update public.outbox set created_at = now() - interval '61 minutes'`)
      assert.equal(await refuse(4), true)
    })
  })

  describe('a draft', () => {
    const id = (place: number): string => `00000000-0000-8000-8000-00000000000${place}`
    const put = (place: number, version: number, topic_id: number | null = null) =>
      vigie.call('put_draft', { id: id(place), chat_id: '1', topic_id, version, input: { version } })
    const current = (topic_id: number | null = null) => vigie.call('get_draft', { chat_id: '1', topic_id })

    test('is one per chat and topic: the newest', async () => {
      await put(1, 10)
      await put(2, 11)
      await put(3, 12, 7)
      assert.deepEqual([(await current())?.id, (await current(7))?.id], [id(2), id(3)])
    })

    test('is not changed by a replay of an older update', async () => {
      await put(1, 10)
      await vigie.call('mark_draft', { id: id(1), state: 'saved', update_id: 11 })
      assert.deepEqual(await put(1, 10), {
        id: id(1),
        version: 10,
        input: { version: 10 },
        state: 'saved',
        markedBy: 11,
      })
      assert.equal((await put(2, 9))?.id, id(1))
    })

    test('is forgotten after a day', async () => {
      await put(1, 10)
      await vigie.query(`update public.bot_drafts set written_at = now() - interval '25 hours'`)
      assert.equal(await current(), null)
    })
  })

  describe('a person’s language and sellers', () => {
    test('a language is that of their alerts too, and of nobody else’s', async () => {
      const owner = await vigie.call('get_owner', {})
      await vigie.call('create_invitation', { code_hash: 'x', role: 'member', name: 'Camille', ttl_ms: 60_000 })
      const camille = await vigie.call('use_invitation', { code_hash: 'x', chat_id: '5', language: 'fr' })
      const make = (name: string, person_id: string | null) =>
        vigie.call('create_alert', {
          id: crypto.randomUUID(),
          person_id,
          alert: { name, market: 'fr', searchText: 'x' },
        })
      await make('owner’s', null)
      await make('theirs', camille?.id ?? '')
      await vigie.call('update_person', { id: camille?.id ?? '', changes: { timeZone: 'UTC' } })
      await vigie.call('update_person', { id: owner.id, changes: { language: 'en' } })
      const languages = (await vigie.call('list_alerts', {})).map(({ name, language }) => [name, language])
      assert.deepEqual(languages, [
        ['owner’s', 'en'],
        ['theirs', 'fr'],
      ])
      assert.equal((await vigie.call('read_person_numbers', { person_id: owner.id })).alerts, 1)
    })

    test('a seller is muted as often as one likes, once, for every alert that is named', async () => {
      const alert = { name: 'x', market: 'fr', searchText: 'x', blockedSellers: ['a'] }
      const ids = [crypto.randomUUID(), crypto.randomUUID()]
      for (const each of ids) await vigie.call('create_alert', { id: each, alert })
      const mute = (is_muted: boolean) => vigie.call('set_seller_muted', { alert_ids: ids, seller: '7', is_muted })
      await mute(true)
      assert.deepEqual(
        (await mute(true)).map(({ blockedSellers }) => blockedSellers),
        [
          ['a', '7'],
          ['a', '7'],
        ],
      )
      assert.deepEqual(
        (await mute(false)).map(({ blockedSellers }) => blockedSellers),
        [['a'], ['a']],
      )
    })

    test('a list of 200 sellers takes nobody more', async () => {
      const id = crypto.randomUUID()
      const blockedSellers = Array.from({ length: 200 }, (_, place) => `seller ${place}`)
      await vigie.call('create_alert', { id, alert: { name: 'x', market: 'fr', searchText: 'x', blockedSellers } })
      assert.deepEqual(await vigie.call('set_seller_muted', { alert_ids: [id], seller: '7', is_muted: true }), [])
    })
  })
})
