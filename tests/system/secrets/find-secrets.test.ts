import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { findSecrets, formsOf } from './find-secrets.ts'

/** As keys, tokens and cookies look: long, and with characters that each encoding writes differently. */
const value = `7f+/=:${randomBytes(24).toString('base64')}&;"é`
const secret = { name: 'A_KEY', value }
const somewhere = (text: string) => [{ where: 'a log', text: `{"msg":"before ${text} after","n":1}` }]

test('a planted value is found in each of its forms, in the middle of other text', () => {
  for (const [form, written] of formsOf(value))
    assert.equal(findSecrets([secret], somewhere(written)).length > 0, true, form)
  assert.ok(findSecrets([secret], somewhere(value)).includes('A_KEY (plain) in a log'))
})

test('it is found inside of something larger that was encoded as a whole, wherever it stands', () => {
  for (let before = 0; before < 6; before += 1) {
    const whole = Buffer.from(`${'.'.repeat(before)}user:${value}\n`)
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      assert.equal(findSecrets([secret], somewhere(whole.toString(encoding))).length > 0, true, `${encoding} ${before}`)
  }
  const query = new URLSearchParams({ session: value }).toString()
  assert.equal(findSecrets([secret], somewhere(query)).length > 0, true)
})

test('its beginning or its end alone is found too', () => {
  assert.equal(findSecrets([secret], somewhere(`${value.slice(0, 30)}…`)).length, 1)
  assert.equal(findSecrets([secret], somewhere(`…${value.slice(-30)}`)).length, 1)
})

test('a short value is found whole; other text is not taken for a secret', () => {
  assert.deepEqual(findSecrets([{ name: 'SHORT', value: 'pa$$word' }], somewhere('u:pa$$word@h')), [
    'SHORT (plain) in a log',
  ])
  const others = randomBytes(200_000).toString('base64') + randomBytes(200_000).toString('hex')
  assert.deepEqual(findSecrets([secret], somewhere(others)), [])
})
