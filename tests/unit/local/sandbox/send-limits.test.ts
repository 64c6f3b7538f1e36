import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSendLimits } from '../../../../local/sandbox/telegram/send-limits.ts'

test('a chat takes a burst of three and then one message a second', () => {
  const limits = createSendLimits()
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limits.admit(7, 0)),
    [0, 0, 0, 1],
  )
  assert.equal(limits.admit(7, 1000), 0)
  assert.equal(limits.admit(7, 1001), 1)
  assert.equal(limits.admit(8, 1001), 0)
})

test('a group takes twenty within any minute, and says how long to wait', () => {
  const limits = createSendLimits()
  for (let second = 0; second < 20; second++) assert.equal(limits.admit(-5, second * 1000), 0, String(second))
  assert.equal(limits.admit(-5, 20_000), 40)
  assert.equal(limits.admit(-5, 60_000), 0)
  assert.equal(limits.admit(-5, 60_001), 1)
  assert.equal(limits.admit(-6, 60_001), 0)
})

test('thirty a second over all chats', () => {
  const limits = createSendLimits()
  const waits = Array.from({ length: 31 }, (_, index) => limits.admit(index + 1, 0))
  assert.equal(waits.filter((wait) => wait === 0).length, 30)
  assert.equal(limits.admit(100, 1000), 0)
})

test('a refused call costs nothing', () => {
  const limits = createSendLimits()
  for (let call = 0; call < 50; call++) limits.admit(7, 0)
  assert.equal(limits.admit(7, 1000), 0)
})
