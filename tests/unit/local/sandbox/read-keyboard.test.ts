import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readKeyboard } from '../../../../local/sandbox/telegram/read-keyboard.ts'

const keyboard = (button: object) => ({ inline_keyboard: [[button]] })

test('absolute links and short data make buttons; other keyboards have none', () => {
  const rows = [[{ text: 'Open', url: 'https://www.vinted.fr/items/1' }], [{ text: 'Pause', callback_data: 'pause:1' }]]
  assert.deepEqual(readKeyboard({ inline_keyboard: rows }), rows)
  assert.deepEqual(readKeyboard(undefined), [])
  assert.deepEqual(readKeyboard({ remove_keyboard: true }), [])
})

test('a relative link, a host without dot and other schemes are refused', () => {
  for (const url of ['/items/1-x', '//items/1', 'http://localhost:8080', 'javascript:alert(1)', 'ftp://a.example/x']) {
    assert.throws(() => readKeyboard(keyboard({ text: 'Open', url })), /Bad Request: inline keyboard button URL/, url)
  }
})

test('callback data longer than 64 bytes and empty labels are refused', () => {
  assert.throws(() => readKeyboard(keyboard({ text: 'x', callback_data: 'é'.repeat(33) })), /BUTTON_DATA_INVALID/)
  assert.throws(() => readKeyboard(keyboard({ text: '', callback_data: 'x' })), /text must be non-empty/)
  assert.throws(() => readKeyboard(keyboard({ text: 'x' })), /text buttons are unallowed/)
})
