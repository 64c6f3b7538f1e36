import assert from 'node:assert/strict'
import { test } from 'node:test'
import { banner, terminalLine } from '../../../local/terminal.ts'

const line = (entry: object) =>
  terminalLine('worker-fr', JSON.stringify({ level: 30, time: '2026-11-22T12:34:56.789Z', msg: 'text', ...entry }))

test('what a person wants to see is shown with its time and place, the rest is not', () => {
  assert.equal(line({ event: 'match' }), '12:34:56 fr       text')
  assert.equal(line({ event: 'commandReceived' }), null)
  assert.equal(line({}), null)
})

test('warnings are shown and marked', () => {
  assert.equal(line({ level: 40, event: 'refused' }), '12:34:56 fr       ! text')
  assert.equal(line({ level: 50 }), '12:34:56 fr       ! text')
})

test('the missing sessions of a first start are expected', () => {
  assert.equal(line({ level: 40, event: 'noCookies' }), null)
  assert.equal(line({ level: 40, event: 'commandFailed', code: 'NO_SCRAPING_COOKIES' }), null)
})

test('what is no log entry is shown as it is, but nothing is not', () => {
  assert.equal(terminalLine('main', 'oops'), '         main     oops')
  assert.equal(terminalLine('main', '[1]'), '         main     [1]')
  assert.equal(terminalLine('main', '  '), null)
})

test('a title cannot steer the terminal', () => {
  const shown = line({ event: 'match', msg: 'Nike\u001b[2J\u001b]0;owned\u0007\nfake line\r\u009b31m' })
  assert.ok(shown !== null && !/\p{Cc}/u.test(shown), JSON.stringify(shown))
})

test('the banner says what is made up and how to go live', () => {
  assert.match(banner('sandbox', '.vigie', 'x'), /made-up Vinted[^]*To go live/)
  assert.match(banner('live', '.vigie', 'x'), /real Vinted/)
})
