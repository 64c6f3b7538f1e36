import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderMe } from '../../../../../main-worker/dashboard/people/render-me.ts'
import { renderSecret } from '../../../../../main-worker/dashboard/people/render-secret.ts'
import type { Context } from '../../../../../main-worker/context.ts'
import { readBotName } from '../../../../../main-worker/people/bot-name.ts'
import { readProfile } from '../../../../../main-worker/people/read-profile.ts'

const form = { name: ' Léa ', language: 'fr', timeZone: 'Europe/Paris', quietFrom: '22:00', quietUntil: '08:00' }
const viewer = { language: 'en', timeZone: 'UTC', now: 0 } as const

const problemsOf = (over: Partial<typeof form>) => {
  const profile = readProfile({ ...form, ...over })
  return 'problems' in profile ? profile.problems : null
}

describe('what people change about themselves', () => {
  test('a good form becomes changes; two empty times are no quiet hours', () => {
    assert.deepEqual(readProfile(form), { changes: { ...form, name: 'Léa' } })
    const silent = readProfile({ ...form, quietFrom: '', quietUntil: '' })
    assert.ok('changes' in silent && silent.changes.quietFrom === null && silent.changes.quietUntil === null)
  })

  test('each wrong field is named', () => {
    assert.deepEqual(problemsOf({ name: '  ' }), { name: 'noName' })
    assert.deepEqual(problemsOf({ language: 'de' }), { language: 'noLanguage' })
    assert.deepEqual(problemsOf({ timeZone: 'Moon/Sea' }), { timeZone: 'noZone' })
    assert.deepEqual(problemsOf({ quietUntil: '' }), { quietUntil: 'oneTime' })
    assert.deepEqual(problemsOf({ quietFrom: '25:00' }), { quietFrom: 'noTime' })
    assert.deepEqual(problemsOf({ quietUntil: '22:00' }), { quietUntil: 'sameTime' })
  })

  test('what was typed stays, with the problem beside its field', async () => {
    const html = String(
      await renderMe({ form: { ...form, name: '"><b>' }, problems: { timeZone: 'noZone' }, done: undefined }, viewer),
    )
    assert.ok(!html.includes('"><b>'))
    assert.match(html, /name="timeZone"\s+aria-invalid="true" aria-describedby="timeZone-problem"/)
    assert.ok(html.includes('Choose a time zone of the list.'))
  })
})

describe('what is shown once', () => {
  const secret = { kind: 'invitation', name: '<i>', code: 'ABCDEFGH' } as const
  test('an invitation is a text to write, and a link where the bot has a name', async () => {
    const html = String(await renderSecret({ ...secret, botName: 'vigie_bot' }, viewer))
    assert.ok(html.includes('/start ABCDEFGH'))
    assert.ok(html.includes('href="https://t.me/vigie_bot?start=ABCDEFGH"'))
    assert.ok(!html.includes('<i>'))
    assert.ok(!String(await renderSecret({ ...secret, botName: null }, viewer)).includes('t.me'))
  })

  test('the name of the bot is left out when there is none, or Telegram does not say', async () => {
    const stopping = new AbortController().signal
    const named = (name: () => Promise<string>) =>
      readBotName({ stopping, bot: { telegram: { name }, inbox: {} } as unknown as Context['bot'] })
    assert.equal(await named(async () => '@vigie_bot'), 'vigie_bot')
    assert.equal(await named(async () => '@your bot'), null)
    assert.equal(await named(async () => Promise.reject(new Error('Telegram: no answer'))), null)
    assert.equal(await readBotName({ stopping, bot: null }), null)
  })
})
