import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Answer, Asked } from '../../../../main-worker/bot/asked.ts'
import { answerPress } from '../../../../main-worker/bot/answer-press.ts'
import { editDraft, pressDraft } from '../../../../main-worker/bot/commands/draft-alert.ts'
import { listAlerts } from '../../../../main-worker/bot/commands/list-alerts.ts'
import { snoozeAlert } from '../../../../main-worker/bot/commands/pause-alerts.ts'
import { sendLogin } from '../../../../main-worker/bot/commands/send-login.ts'
import type { Context } from '../../../../main-worker/context.ts'
import type { Alert } from '#shared/contracts/alert.ts'
import type { Draft } from '#shared/database/bot.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makeAlert, uuid } from '../../shared/make-alert.ts'
import { makeFound } from '../../shared/make-listing.ts'
import { fakeTelegram, makeAsked, makePerson, NOW } from './make-asked.ts'

const textOf = ({ replies }: Answer): string[] =>
  replies.map(({ lines }) => lines.map((line) => line.map(({ text }) => text).join('')).join('\n'))
const labelsOf = ({ replies }: Answer): string[] =>
  replies.flatMap(({ buttons }) => buttons.flat().map(({ label }) => label))
const iso = (afterMs: number): string => new Date(NOW + afterMs).toISOString()

describe('the list of alerts', () => {
  const list = (alerts: Alert[], over: Partial<Asked> = {}): Promise<Answer> =>
    listAlerts(makeAsked(fakeDatabase({ list_alerts: () => alerts, get_owner: () => makePerson() }), over))

  test('says how each one is and when it was checked, with the buttons that fit', async () => {
    const answer = await list([
      makeAlert({ name: 'a', lastCheckedAt: iso(-8_000) }),
      makeAlert({ name: 'b', isActive: false }),
      makeAlert({ name: 'c', pausedUntil: iso(3_600_000) }),
      makeAlert({ name: 'd', parkedReason: 'refused', parkedUntil: iso(1_800_000) }),
      makeAlert({ name: 'e', pausedUntil: iso(-1) }),
      makeAlert({ name: 'f', parkedReason: 'refused', parkedUntil: iso(-1) }),
    ])
    assert.deepEqual(textOf(answer), [
      [
        '6 alerts',
        '1. a – active · checked 8 s ago',
        '2. b – paused · not checked yet',
        '3. c – snoozed until 12:00 · not checked yet',
        '4. d – set aside until 11:30: the site refuses it · not checked yet',
        '5. e – active · not checked yet',
        '6. f – active · not checked yet',
      ].join('\n'),
    ])
    assert.deepEqual(labelsOf(answer), [
      '1 · Pause',
      '1 · Snooze 8 h',
      '2 · Resume',
      '3 · Resume',
      '4 · Resume',
      '5 · Pause',
      '5 · Snooze 8 h',
      '6 · Pause',
      '6 · Snooze 8 h',
    ])
  })

  test('is spread over messages that Telegram takes, and ends', async () => {
    const many = Array.from({ length: 65 }, () => makeAlert({ name: '<i>'.repeat(66) }))
    const answer = await list(many)
    assert.deepEqual(
      answer.replies.map(({ buttons }) => buttons.length),
      [20, 20, 20],
    )
    for (const text of textOf(answer)) assert.ok(text.length <= 4096)
    assert.match(textOf(answer)[2] ?? '', /\n60\. .*\n… and 5 more, on the page\.$/)
  })

  test('has no buttons for a viewer', async () => {
    assert.deepEqual(labelsOf(await list([makeAlert()], { person: makePerson({ role: 'viewer' }) })), [])
  })
})

describe('a snooze', () => {
  const snooze = async (argument: string) => {
    const database = fakeDatabase({
      list_alerts: () => [makeAlert({ id: uuid(1), name: 'a' }), makeAlert({ id: uuid(2), name: 'b' })],
      update_alert: () => null,
    })
    const answer = await snoozeAlert(makeAsked(database), argument)
    return { answer, changes: database.argsOf('update_alert') }
  }

  test('takes a number and a time', async () => {
    const { changes } = await snooze('2 2h')
    assert.deepEqual(changes, [{ id: uuid(2), changes: { isActive: true, pausedUntil: iso(7_200_000) } }])
    assert.deepEqual((await snooze('2 until 18:00')).changes, [
      { id: uuid(2), changes: { isActive: true, pausedUntil: '2026-11-22T17:00:00.000Z' } },
    ])
  })

  test('asks with buttons for what is missing', async () => {
    assert.deepEqual(labelsOf((await snooze('')).answer), [
      '1 · 1 h',
      '1 · 8 h',
      '1 · 1 d',
      '2 · 1 h',
      '2 · 8 h',
      '2 · 1 d',
    ])
    assert.deepEqual(labelsOf((await snooze('2')).answer), ['2 · 1 h', '2 · 8 h', '2 · 1 d'])
    assert.deepEqual(labelsOf((await snooze('2h')).answer), ['1. a', '2. b'])
    assert.deepEqual((await snooze('2h')).changes, [])
  })

  test('says what it does not understand, and changes nothing', async () => {
    for (const argument of ['1 soon', 'soon', '9 2h', '9']) {
      const { answer, changes } = await snooze(argument)
      assert.match(textOf(answer).join(''), /do not understand|no alert no\. 9/, argument)
      assert.deepEqual(changes, [])
    }
  })

  test('into the past does nothing', async () => {
    const database = fakeDatabase({ get_alert: () => makeAlert({ personId: 'person-1' }) })
    const answer = await answerPress(makeAsked(database), `until:${uuid(1)}:${NOW / 1000 - 1}`)
    assert.equal(answer.toast, 'This moment has passed.')
  })
})

describe('a button under a find', () => {
  const theirs = makeAlert({ id: uuid(1), name: 'theirs', personId: 'person-1' })
  const others = makeAlert({ id: uuid(2), name: 'other', personId: 'person-2' })
  const stage = (alerts: Alert[] = [theirs, others]) =>
    fakeDatabase({
      read_find: () => ({ listing: makeFound({ seller: { id: 7 } }), alertIds: alerts.map(({ id }) => id) }),
      get_alert: ({ id }) => alerts.find((alert) => alert.id === id) ?? null,
      set_seller_muted: ({ alert_ids }) => alerts.filter(({ id }) => alert_ids.includes(id)),
      update_alert: () => null,
    })
  const press = (database: ReturnType<typeof stage>, verb: string, over: Partial<Asked> = {}) =>
    answerPress(makeAsked(database, over), `${verb}:${uuid(9)}`)

  test('speaks for the member’s own alerts only, the owner’s for all of the message', async () => {
    const database = stage()
    await press(database, 'mute')
    await press(database, 'mute', { person: makePerson({ role: 'owner' }) })
    assert.deepEqual(
      database.argsOf('set_seller_muted').map((args) => (args as { alert_ids: string[] }).alert_ids),
      [[uuid(1)], [uuid(1), uuid(2)]],
    )
  })

  test('of somebody else’s alert does nothing', async () => {
    const database = stage([others])
    for (const verb of ['mute', 'stop', 'go', 'more'])
      assert.equal((await press(database, verb)).toast, 'This alert is not yours.')
    assert.deepEqual([database.argsOf('update_alert'), database.argsOf('set_seller_muted')], [[], []])
  })

  test('of a find that is forgotten says so', async () => {
    const database = fakeDatabase({ read_find: () => null })
    assert.equal((await answerPress(makeAsked(database), `mute:${uuid(9)}`)).toast, 'This find is too old.')
  })

  test('does nothing for a viewer', async () => {
    const answer = await press(stage(), 'stop', { person: makePerson({ role: 'viewer' }) })
    assert.match(answer.toast ?? '', /look, not change/)
  })
})

describe('a draft', () => {
  const draft = (over: Partial<Draft> = {}): Draft => ({
    id: uuid(3),
    version: 90,
    input: { url: 'https://www.vinted.fr/catalog?search_text=nike&price_from=20' },
    state: 'shown',
    markedBy: null,
    ...over,
  })
  const stage = (current: Draft | null) =>
    fakeDatabase({
      get_draft: () => current,
      mark_draft: () => null,
      put_draft: () => current,
      create_alert: ({ id, alert }) => makeAlert({ id, ...alert }),
    })

  test('is saved under its own id, for the chat it was pasted in', async () => {
    const database = stage(draft())
    const answer = await pressDraft(makeAsked(database), 'save', 90)
    assert.deepEqual([answer.toast, answer.endsKeyboard], ['Saved.', true])
    const [{ id, person_id, alert }] = database.argsOf('create_alert') as [
      { id: string; person_id: string; alert: Partial<Alert> },
    ]
    assert.deepEqual([id, person_id, alert.chatId, alert.language], [uuid(3), 'person-1', '42', 'en'])
    assert.deepEqual(database.argsOf('mark_draft'), [{ id: uuid(3), state: 'saved', update_id: 100 }])
  })

  test('is saved again by the same press only: a second one is told that it is', async () => {
    const saved = draft({ state: 'saved', markedBy: 100 })
    assert.equal((await pressDraft(makeAsked(stage(saved)), 'save', 90)).toast, 'Saved.')
    const second = stage(saved)
    assert.equal((await pressDraft(makeAsked(second, { updateId: 101 }), 'save', 90)).toast, 'Saved already.')
    assert.deepEqual(second.argsOf('create_alert'), [])
  })

  test('is not touched by the buttons of an older preview', async () => {
    for (const current of [draft({ version: 95 }), null]) {
      const database = stage(current)
      assert.match((await pressDraft(makeAsked(database), 'save', 90)).toast ?? '', /out of date/)
      assert.deepEqual(database.argsOf('create_alert'), [])
    }
  })

  test('is not changed by words that are unclear, or that make no alert', async () => {
    for (const [words, said] of [
      ['max 30\nmake it nice', /do not understand “make it nice”/],
      ['max 10', /min price is above/],
      ['total 10', /min price is above/],
      ['max 9999999.999', /do not understand/],
    ] as const) {
      const database = stage(draft({ state: 'editing' }))
      const answer = await editDraft(makeAsked(database), words)
      assert.match(textOf(answer ?? { replies: [] }).join(''), said, words)
      assert.deepEqual(database.argsOf('put_draft'), [], words)
    }
  })

  test('is not meant while its Edit was not pressed', async () => {
    assert.equal(await editDraft(makeAsked(stage(draft())), 'max 30'), null)
    assert.equal(await editDraft(makeAsked(stage(null)), 'max 30'), null)
  })
})

describe('a login link', () => {
  const login = async (over: Partial<Asked>) => {
    const database = fakeDatabase({ create_login_link: () => null })
    const asked = makeAsked(database, over)
    const context = { ...asked.context, config: { publicBaseUrl: 'https://vigie.example' } } as Context
    return { answer: await sendLogin({ ...asked, context }), made: database.argsOf('create_login_link').length }
  }

  test('is whispered to the chat, and is in no message that is stored', async () => {
    const telegram = fakeTelegram()
    const { answer } = await login({ telegram })
    assert.deepEqual(answer.replies, [])
    assert.match(telegram.calls.join(''), /^whisper Open this link .*\nhttps:\/\/vigie\.example\/login\/[\w-]{43}$/)
  })

  test('that Telegram does not take is not sent another way', async () => {
    const telegram = fakeTelegram({ whisper: () => Promise.reject(new Error('Telegram: 429')) })
    const { answer } = await login({ telegram })
    assert.deepEqual(textOf(answer), ['The link could not be sent. Try again in a moment.'])
  })

  test('is made in a private chat only', async () => {
    const { update } = makeAsked(fakeDatabase({}))
    const { answer, made } = await login({ update: { ...update, isPrivate: false } })
    assert.match(textOf(answer).join(''), /in private/)
    assert.equal(made, 0)
  })
})
