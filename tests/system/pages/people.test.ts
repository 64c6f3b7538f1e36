import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashOf } from '../../../main-worker/people/codes.ts'
import { openDatabase } from '../../../shared/database/open-database.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { visitAsOwner, visitByLink } from '../../support/pages/visit-pages.ts'
import type { Visitor } from '../../support/pages/visit-pages.ts'

let fleet: TestFleet
let owner: Visitor
before(async () => {
  fleet = await startTestFleet({ args: ['--workers', 'fr'] })
  owner = await visitAsOwner(fleet)
  await owner.post('/language', { language: 'en' })
})
after(() => fleet?.stop())

/** As the bot does with `/start CODE`. */
async function start(code: string, chatId: string) {
  const { url, key } = fleet.local().database
  const database = openDatabase(url, key)
  const code_hash = hashOf(code)
  const owner = await database.call('use_owner_code', { code_hash, chat_id: chatId })
  return owner ?? database.call('use_invitation', { code_hash, chat_id: chatId, language: 'en' })
}
const codeIn = (html: string): string => /\/start ([A-Z2-9]{8})/.exec(html)?.[1] ?? ''

async function invite(name: string, role: string, chatId: string) {
  const { html } = await owner.post('/people/invitations', { name, role })
  const person = await start(codeIn(html), chatId)
  assert.ok(person)
  return person
}

test('an invitation is shown once, as the text to write and as a link to the bot', async () => {
  const { html } = await owner.post('/people/invitations', { name: '<b>Léa</b>', role: 'member' })
  const code = codeIn(html)
  assert.match(html, new RegExp(`https://t.me/\\w+\\?start=${code}`))
  assert.ok(html.includes('&lt;b&gt;Léa') && !html.includes('<b>Léa'))
  const again = (await owner.get('/people')).html
  assert.ok(!again.includes(code))
  const id = /\/people\/invitations\/([\w-]{36})\/revoke/.exec(again)?.[1]
  assert.equal((await owner.post(`/people/invitations/${id}/revoke`)).location, '/people?done=revoked')
  assert.equal(await start(code, '1000050'), null)
})

test('a name that is missing is told beside its field, and what was chosen stays', async () => {
  const { status, html } = await owner.post('/people/invitations', { name: ' ', role: 'viewer' })
  assert.equal(status, 422)
  assert.match(html, /id="invite-name-problem"/)
  assert.match(html, /value="viewer" selected/)
})

test('a person logs in by a link of the owner, sees their own pages only, and is removed with their alerts', async () => {
  const { id } = await invite('Ada', 'member', '1000051')
  const { html } = await owner.post(`/people/${id}/login-link`)
  const link = /id="login-link">(\S+)</.exec(html)?.[1] ?? ''
  const ada = await visitByLink(fleet, link)
  assert.equal((await ada.get('/me')).status, 200)
  for (const path of ['/people', '/runs', '/sessions', '/statistics', '/evidence'])
    assert.equal((await ada.get(path)).status, 403, path)
  await assert.rejects(visitByLink(fleet, link), /410/)
  const asked = await owner.post(`/people/${id}/remove`)
  assert.match(asked.html, /Remove Ada\? They have no alert\./)
  assert.ok((await owner.get('/people')).html.includes('Ada'))
  assert.equal((await owner.post(`/people/${id}/remove`, { confirmed: 'yes' })).status, 303)
  assert.ok(!(await owner.get('/people')).html.includes(`person-${id}`))
  assert.equal((await ada.get('/me')).status, 303, 'their login has ended')
})

test('everybody changes their own language, zone and quiet hours; mistakes keep what was typed', async () => {
  const form = { name: 'Me', language: 'fr', timeZone: 'America/New_York', quietFrom: '22:00', quietUntil: '07:30' }
  const wrong = await owner.post('/me', { ...form, quietUntil: '', timeZone: 'Moon' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.html, /id="quietUntil-problem"/)
  assert.match(wrong.html, /value="22:00"/)
  assert.equal((await owner.post('/me', form)).location, '/me?done=saved')
  const { html } = await owner.get('/me?done=saved')
  assert.ok(html.includes('C’est enregistré.') && html.includes('value="07:30"'))
  assert.match(html, /value="America\/New_York" selected/)
  await owner.post('/me', { ...form, language: 'en', quietFrom: '', quietUntil: '' })
  assert.match((await owner.get('/people')).html, /Quiet hours<\/dt>\s*<dd>none/)
})

test('a code moves what the owner hears to another chat; the owner cannot be removed', async () => {
  const { html } = await owner.post('/people/owner-code')
  const person = await start(codeIn(html), '1000052')
  assert.deepEqual([person?.role, person?.chatId], ['owner', '1000052'])
  assert.equal((await owner.post(`/people/${person?.id}/remove`, { confirmed: 'yes' })).status, 409)
})
