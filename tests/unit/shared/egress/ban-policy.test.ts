import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Verdict } from '#shared/contracts/verdict.ts'
import type { EgressEffect } from '#shared/database/fleet.ts'
import { egressEffect } from '#shared/egress/ban-policy.ts'

const rules = { banDurationMs: 1_800_000, longestBanMs: 7_200_000 }
const effect = (verdict: Verdict, httpStatus = 200, retryAfterMs: number | null = null) =>
  egressEffect(verdict, { httpStatus, retryAfterMs }, rules)

test('a 403 bans the address for the ban duration', () => {
  assert.deepEqual(effect('blocked', 403), { kind: 'ban', ms: 1_800_000, longestMs: 7_200_000, reason: '403' })
})

test('a challenge bans whatever its status was', () => {
  const reason = 'challenge, HTTP 200'
  assert.deepEqual(effect('challenged', 200), { kind: 'ban', ms: 1_800_000, longestMs: 7_200_000, reason })
})

test('a 429 rests exactly as long as told, a minute without a word, and never bans', () => {
  assert.deepEqual(effect('throttled', 429, 7_000), { kind: 'rest', ms: 7_000 })
  assert.deepEqual(effect('throttled', 429), { kind: 'rest', ms: 60_000, doubles: true })
  assert.deepEqual(effect('throttled', 429, 0), { kind: 'rest', ms: 0 })
})

test('a good answer is good, and no other verdict touches the address', () => {
  const none: EgressEffect = { kind: 'none' }
  const touching = new Set(['ok', 'blocked', 'challenged', 'throttled'])
  assert.deepEqual(effect('ok'), { kind: 'good' })
  for (const verdict of Verdict.options.filter((verdict) => !touching.has(verdict)))
    assert.deepEqual(effect(verdict, 500, 9_000), none, verdict)
})
