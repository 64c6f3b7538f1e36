import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkValue, compareValues, tidyValue } from '../../../../local/setup/check-value.ts'
import { wordsOf } from '../../../../local/setup/render-setup.ts'
import { variables } from '../../../../local/setup/variables.ts'
import type { VariableName } from '../../../../local/setup/variables.ts'
import { DATABASE_URL, given, PROJECT } from './make-input.ts'

const problem = (name: VariableName, value: string) => checkValue(name, value)?.text ?? null
const token = (claims: object) =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`

test('what an owner copies from the right place is taken, with or without a slash at its end', () => {
  for (const [name, value] of Object.entries(given)) assert.equal(problem(name as VariableName, value), null, name)
  assert.equal(problem('SUPABASE_SERVICE_ROLE_KEY', token({ role: 'service_role', ref: PROJECT })), null)
  assert.equal(tidyValue('SUPABASE_URL', ` ${given.SUPABASE_URL}/ `), given.SUPABASE_URL)
  assert.equal(problem('TELEGRAM_CHAT_ID', '-1001234567890'), null)
})

test('every example is of the shape that it is an example of', () => {
  for (const [name, { source, example }] of Object.entries(variables))
    if (source !== 'made') assert.equal(problem(name as VariableName, example), null, name)
})

test('what is copied from the wrong place is named for what it is', () => {
  assert.equal(problem('SUPABASE_URL', PROJECT), 'supabaseUrlWrong')
  assert.equal(problem('SUPABASE_URL', `${given.SUPABASE_URL}/rest/v1`), 'supabaseUrlWrong')
  const dashboard = checkValue('SUPABASE_URL', `https://supabase.com/dashboard/project/${PROJECT}/settings/api`)
  assert.deepEqual(dashboard?.facts, { wants: given.SUPABASE_URL })
  assert.equal(problem('SUPABASE_SERVICE_ROLE_KEY', 'sb_publishable_abcdef'), 'serviceKeyPublic')
  assert.equal(problem('SUPABASE_SERVICE_ROLE_KEY', token({ role: 'anon' })), 'serviceKeyPublic')
  assert.equal(problem('SUPABASE_SERVICE_ROLE_KEY', 'hello'), 'serviceKeyWrong')
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace('Passw0rd', '[YOUR-PASSWORD]')), 'databaseUrlBrackets')
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace('Passw0rd', '[Passw0rd1]')), 'databaseUrlBrackets')
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace(`.${PROJECT}`, '')), 'databaseUrlPoolerUser')
  assert.equal(problem('DATABASE_URL', given.SUPABASE_URL), 'databaseUrlWrong')
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace(':Passw0rd', '')), 'databaseUrlWrong')
  assert.equal(problem('TELEGRAM_BOT_TOKEN', 'my_bot'), 'telegramTokenWrong')
  assert.equal(problem('TELEGRAM_CHAT_ID', '@channel'), 'chatIdWrong')
})

test('of Supabase’s addresses only the project’s own is taken; any other is one of the owner’s own, and never open to readers', () => {
  for (const url of [
    `https://${PROJECT}.supabase.com`,
    `http://${PROJECT}.supabase.co`,
    `https://db.${PROJECT}.supabase.co`,
    `https://${PROJECT}.supabase.co:6543`,
  ])
    assert.deepEqual(checkValue('SUPABASE_URL', url)?.facts, { wants: given.SUPABASE_URL }, url)
  for (const url of [
    'https://supabase.com',
    'https://supabase.co',
    'https://anna.supabase.co',
    'https://api.supabase.com',
  ])
    assert.equal(problem('SUPABASE_URL', url), 'supabaseUrlWrong', url)
  for (const url of ['http://example.com', 'http://8.8.8.8:8000'])
    assert.equal(problem('SUPABASE_URL', url), 'supabaseUrlPlain', url)
  for (const url of [
    'https://example.com',
    'http://192.168.1.4:8000',
    'http://[fd00::1]:8000',
    'http://kong:8000',
    'http://nas.local',
  ])
    assert.deepEqual(
      [checkValue('SUPABASE_URL', url)].map((found) => `${found?.state} ${found?.text}`),
      ['look supabaseUrlForeign'],
      url,
    )
})

test('a password with a character that ends an address is named with the one it is, and how it is written', () => {
  const withPassword = (password: string) => DATABASE_URL.replace('Passw0rd', password)
  for (const [password, character, written] of [
    ['pa/ss', '/', '%2F'],
    ['12/34', '/', '%2F'],
    ['pa?ss', '?', '%3F'],
    ['pa#ss', '#', '%23'],
    ['pa@ss', '@', '%40'],
    ['pa@s/s', '@', '%40'],
    ['pa%ss', '%', '%25'],
  ] as const) {
    const found = checkValue('DATABASE_URL', withPassword(password))
    assert.deepEqual([found?.text, found?.facts], ['databaseUrlPassword', { character }], password)
    for (const language of ['en', 'fr'] as const)
      assert.ok(found !== null && wordsOf(found, language).todo?.includes(written), password)
    assert.equal(
      problem('DATABASE_URL', withPassword(password.replace(character, written))),
      password === 'pa@s/s' ? 'databaseUrlPassword' : null,
    )
  }
  assert.equal(problem('DATABASE_URL', `${DATABASE_URL}?application_name=a@b`), null)
})

test('the transaction pooler is refused with the port that is right; another server may listen where it likes', () => {
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace('5432', '6543')), 'databaseUrlTransaction')
  assert.equal(problem('DATABASE_URL', 'postgresql://vigie:pw@db.example:6543/vigie'), null)
})

test('what flyctl, compose and Node would each read differently is refused', () => {
  for (const mark of [' ', '#', '"', "'", '$', '\\', '\n', '`'])
    assert.ok(checkValue('DATABASE_URL', DATABASE_URL.replace('Passw0rd', `Pass${mark}w0rd`)), JSON.stringify(mark))
  const found = checkValue('DATABASE_URL', DATABASE_URL.replace('Passw0rd', 'Pass$w0rd'))
  assert.deepEqual(found === null ? null : wordsOf(found, 'en'), {
    says: 'has $ in it',
    todo: 'Fly, Docker and Node read that differently. In a DATABASE_URL write %24 instead.',
  })
})

test('values of two projects are told apart, and a direct address is fit for Fly.io only', () => {
  const other = DATABASE_URL.replace(PROJECT, 'zzzzzzzzzzzzzzzzzzzz')
  const texts = (values: object) => compareValues(values).map(({ about, text }) => `${about} ${text}`)
  assert.deepEqual(texts(given), [])
  assert.deepEqual(texts({ ...given, DATABASE_URL: other }), ['DATABASE_URL otherProject'])
  assert.deepEqual(
    texts({ ...given, SUPABASE_SERVICE_ROLE_KEY: token({ role: 'service_role', ref: 'zzzzzzzzzzzzzzzzzzzz' }) }),
    ['SUPABASE_SERVICE_ROLE_KEY otherProject'],
  )
  const direct = `postgresql://postgres:pw@db.${PROJECT}.supabase.co:5432/postgres`
  assert.deepEqual(texts({ ...given, DATABASE_URL: direct }), ['DATABASE_URL databaseUrlDirect'])
  const elsewhere = 'postgresql://vigie:pw@db.example:5432/vigie'
  assert.deepEqual(texts({ ...given, DATABASE_URL: elsewhere }), ['DATABASE_URL databaseElsewhere'])
  assert.deepEqual(texts({ ...given, SUPABASE_URL: 'https://api.example', DATABASE_URL: elsewhere }), [])
  assert.deepEqual(texts({ TELEGRAM_CHAT_ID: '1' }), ['TELEGRAM_CHAT_ID chatWithoutToken'])
})

test('a secret that was given in the wrong place is not repeated', () => {
  const secrets = [...Object.values(given).slice(1), token({ role: 'service_role' })]
  for (const name of Object.keys(variables) as VariableName[])
    for (const secret of secrets) {
      const found = checkValue(name, `${secret} `) ?? checkValue(name, secret)
      for (const language of ['en', 'fr'] as const)
        assert.ok(!JSON.stringify(found === null ? '' : wordsOf(found, language)).includes(secret), name)
    }
})
