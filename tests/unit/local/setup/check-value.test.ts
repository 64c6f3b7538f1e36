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
  assert.equal(problem('SUPABASE_URL', 'http://192.168.1.4:8000'), null)
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
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace('Passw0rd', '[YOUR-PASSWORD]')), 'databaseUrlPlaceholder')
  assert.equal(problem('DATABASE_URL', given.SUPABASE_URL), 'databaseUrlWrong')
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace(':Passw0rd', '')), 'databaseUrlWrong')
  assert.equal(problem('TELEGRAM_BOT_TOKEN', 'my_bot'), 'telegramTokenWrong')
  assert.equal(problem('TELEGRAM_CHAT_ID', '@channel'), 'chatIdWrong')
})

test('the transaction pooler is refused with the port that is right; another server may listen where it likes', () => {
  assert.equal(problem('DATABASE_URL', DATABASE_URL.replace('5432', '6543')), 'databaseUrlTransaction')
  assert.equal(problem('DATABASE_URL', 'postgresql://vigie:pw@db.example:6543/vigie'), null)
})

test('what flyctl, compose and Node would each read differently is refused', () => {
  for (const mark of [' ', '#', '"', "'", '$', '\\', '\n', '`'])
    assert.ok(checkValue('DATABASE_URL', DATABASE_URL.replace('Passw0rd', `Pass${mark}w0rd`)), JSON.stringify(mark))
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
