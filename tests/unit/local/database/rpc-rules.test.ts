import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoleOf } from '../../../../local/database/api-key.ts'
import { DatabaseUnreachableError } from '../../../../local/database/driver.ts'
import { matchFunctions } from '../../../../local/database/function-catalogue.ts'
import type { DatabaseFunction } from '../../../../local/database/function-catalogue.ts'
import { answerTo } from '../../../../local/database/rpc-errors.ts'

const KEY = 'the-service-role-key'

test('every key that is sent must be the right one; none at all is anon', () => {
  const roleOf = createRoleOf(KEY)
  assert.equal(roleOf({}), 'anon')
  assert.equal(roleOf({ apikey: KEY }), 'service_role')
  assert.equal(roleOf({ authorization: `Bearer ${KEY}` }), 'service_role')
  assert.equal(roleOf({ apikey: KEY, authorization: `Bearer ${KEY}` }), 'service_role')
  assert.equal(roleOf({ apikey: KEY, authorization: 'Bearer other' }), 'unknown')
  assert.equal(roleOf({ apikey: `${KEY}x` }), 'unknown')
  assert.equal(roleOf({ apikey: '' }), 'unknown')
})

test('a function matches when everything required is sent and nothing it does not know', () => {
  const arg = (name: string, required: boolean) => ({ name, required, type: 'integer' })
  const fn: DatabaseFunction = {
    name: 'f',
    readOnly: false,
    returnsVoid: false,
    returnsSet: false,
    returnsComposite: false,
    args: [arg('a', true), arg('b', false)],
  }
  const matches = (...sent: string[]): boolean => matchFunctions([fn], 'f', sent).length === 1
  assert.deepEqual(
    [matches('a'), matches('b', 'a'), matches(), matches('b'), matches('a', 'c')],
    [true, true, false, false, false],
  )
  const unnamed = { ...fn, args: [arg('', true)] }
  assert.deepEqual(matchFunctions([unnamed], 'f', []), [])
})

test('a missing right is 401 for anon, who may still show a key, and 403 for others', () => {
  const error = Object.assign(new Error('permission denied'), { severity: 'ERROR', code: '42501' })
  assert.equal(answerTo(error, 'anon').status, 401)
  assert.equal(answerTo(error, 'service_role').status, 403)
})

test('a database that cannot be reached is 503, and a fault of ours tells nothing', () => {
  assert.equal(answerTo(new DatabaseUnreachableError('the database does not answer'), 'anon').status, 503)
  const { status, body } = answerTo(new TypeError('secret detail'), 'service_role')
  assert.equal(status, 500)
  assert.doesNotMatch(JSON.stringify(body), /secret/)
})
