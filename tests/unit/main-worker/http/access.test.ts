import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOurOwnPage, sessionCookie } from '../../../../main-worker/http/access.ts'
import { mayAsk } from '../../../../main-worker/people/access.ts'
import type { Access, Role } from '../../../../main-worker/people/access.ts'

test('who may ask what: a smaller role never reaches a larger one’s routes', () => {
  const roles: (Role | null)[] = [null, 'viewer', 'member', 'owner']
  const allowed = (access: Access) => roles.filter((role) => mayAsk(access, role))
  assert.deepEqual(allowed('anybody'), [null, 'viewer', 'member', 'owner'])
  assert.deepEqual(allowed('person'), ['viewer', 'member', 'owner'])
  assert.deepEqual(allowed('observer'), ['viewer', 'owner'])
  assert.deepEqual(allowed('member'), ['member', 'owner'])
  assert.deepEqual(allowed('owner'), ['owner'])
})

const host = '127.0.0.1:8080'
const senders: [headers: Record<string, string>, isOurs: boolean][] = [
  [{ host, 'sec-fetch-site': 'same-origin' }, true],
  [{ host, 'sec-fetch-site': 'same-site' }, false],
  [{ host, 'sec-fetch-site': 'cross-site', origin: `http://${host}` }, false],
  [{ host, 'sec-fetch-site': 'none' }, false],
  [{ host, origin: `http://${host}` }, true],
  [{ host, origin: 'http://127.0.0.1:9999' }, false],
  [{ host, origin: 'https://evil.example' }, false],
  [{ host, origin: 'null' }, false],
  [{ host }, false],
]
for (const [headers, isOurs] of senders)
  test(`a form sent with ${JSON.stringify(headers)} is ${isOurs ? 'ours' : 'refused'}`, () => {
    assert.equal(isOurOwnPage({ method: 'POST', headers }), isOurs)
  })

test('on https the cookie belongs to this very host and no script reads it', () => {
  const { name, options } = sessionCookie(true)
  assert.equal(name, '__Host-vigie')
  assert.deepEqual(options, { httpOnly: true, secure: true, sameSite: 'lax', path: '/' })
  assert.equal(sessionCookie(false).name, 'vigie')
})
