import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertState } from '../../../../main-worker/alerts/alert-state.ts'
import { changeFields } from '../../../../main-worker/alerts/change-fields.ts'
import { nextCheck } from '../../../../main-worker/alerts/next-check.ts'
import { snoozeUntil } from '../../../../main-worker/alerts/snooze-until.ts'
import { fromWallClock, toWallClock } from '../../../../main-worker/alerts/zoned-time.ts'
import { makeAlert } from '../../shared/make-alert.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

test('a time on the wall is the right moment in summer, in winter, and far from Europe', () => {
  assert.equal(iso(fromWallClock('2026-11-22T08:00', 'Europe/Paris')), '2026-11-22T07:00:00.000Z')
  assert.equal(iso(fromWallClock('2026-07-22T08:00', 'Europe/Paris')), '2026-07-22T06:00:00.000Z')
  assert.equal(iso(fromWallClock('2026-11-22T08:00', 'Asia/Kathmandu')), '2026-11-22T02:15:00.000Z')
  assert.equal(iso(fromWallClock('2026-11-22T08:00', 'America/New_York')), '2026-11-22T13:00:00.000Z')
})

test('on the days when clocks change, the morning after is still the morning', () => {
  assert.equal(iso(fromWallClock('2026-03-29T08:00', 'Europe/Paris')), '2026-03-29T06:00:00.000Z')
  assert.equal(iso(fromWallClock('2026-10-25T08:00', 'Europe/Paris')), '2026-10-25T07:00:00.000Z')
  // 02:30 does not exist on that night: it is half an hour after the jump.
  assert.equal(iso(fromWallClock('2026-03-29T02:30', 'Europe/Paris')), '2026-03-29T01:30:00.000Z')
})

test('what is no time is none', () => {
  for (const text of ['', 'tomorrow', '2026-02-31T08:00', '2026-11-22', '2026-11-22T25:00'])
    assert.equal(fromWallClock(text, 'Europe/Paris'), null, text)
})

test('every hour of a year leads back to itself, but for the one that comes twice', () => {
  const wrong: string[] = []
  for (let at = Date.parse('2026-01-01T00:00Z'); at < Date.parse('2027-01-01T00:00Z'); at += 3_600_000) {
    const local = toWallClock(at, 'Europe/Paris')
    if (toWallClock(fromWallClock(local, 'Europe/Paris') ?? 0, 'Europe/Paris') !== local) wrong.push(local)
  }
  assert.deepEqual(wrong, [])
})

test('a snooze until tomorrow ends at eight in the zone of the person, not of the server', () => {
  assert.equal(iso(snoozeUntil('tomorrow', '', 'Europe/Paris', NOW)), '2026-11-23T07:00:00.000Z')
  // In Auckland it is the 22nd, 23:00: tomorrow is the 23rd there.
  assert.equal(iso(snoozeUntil('tomorrow', '', 'Pacific/Auckland', NOW)), '2026-11-22T19:00:00.000Z')
  assert.equal(iso(snoozeUntil('1h', '', 'Europe/Paris', NOW)), '2026-11-22T11:00:00.000Z')
  assert.equal(iso(snoozeUntil('8h', '', 'Europe/Paris', NOW)), '2026-11-22T18:00:00.000Z')
})

test('a snooze wants a time to come', () => {
  assert.equal(iso(snoozeUntil('at', '2026-11-22T12:30', 'Europe/Paris', NOW)), '2026-11-22T11:30:00.000Z')
  for (const at of ['2026-11-22T10:59', '2026-11-21T12:00', '', '9999-01-01T00:00'])
    assert.equal(snoozeUntil('at', at, 'Europe/Paris', NOW), null, at)
})

test('a snooze wakes what was paused, a resumption ends every rest, a pause keeps the rest as it is', () => {
  assert.deepEqual(changeFields({ to: 'snoozed', until: NOW }), {
    isActive: true,
    pausedUntil: '2026-11-22T10:00:00.000Z',
  })
  assert.deepEqual(changeFields({ to: 'resumed' }), { isActive: true, pausedUntil: null })
  assert.deepEqual(changeFields({ to: 'paused' }), { isActive: false })
})

test('the state of an alert is what keeps it from being checked, the owner before the clock', () => {
  const later = '2026-11-22T11:00:00Z'
  const before = '2026-11-22T09:00:00Z'
  const stateOf = (over: Parameters<typeof makeAlert>[0]) =>
    alertState(makeAlert({ lastCheckedAt: before, ...over }), NOW).state
  assert.equal(stateOf({}), 'active')
  assert.equal(stateOf({ lastCheckedAt: null }), 'new')
  assert.equal(stateOf({ isActive: false, pausedUntil: later }), 'paused')
  assert.equal(stateOf({ pausedUntil: later }), 'snoozed')
  assert.equal(stateOf({ pausedUntil: before }), 'active')
  assert.equal(stateOf({ parkedReason: 'refused' }), 'parked')
  assert.equal(stateOf({ parkedReason: 'refused', parkedUntil: before }), 'active')
})

test('the next check is the next tick, and the first tick after a snooze', () => {
  const clock = { lastTickAt: '2026-11-22T09:58:00Z', isPaused: false, beat: 300_000, now: NOW }
  const next = (over: Parameters<typeof makeAlert>[0], isPlanned = false, more = {}) =>
    nextCheck(makeAlert(over), isPlanned, { ...clock, ...more })
  assert.deepEqual(next({}), { kind: 'at', at: '2026-11-22T10:03:00.000Z' })
  assert.deepEqual(next({ pausedUntil: '2026-11-22T10:20:00Z' }), { kind: 'at', at: '2026-11-22T10:23:00.000Z' })
  assert.deepEqual(next({}, true), { kind: 'now' })
  assert.deepEqual(next({ isActive: false }), { kind: 'never' })
  assert.deepEqual(next({ parkedReason: 'impossible' }), { kind: 'never' })
})

test('without a clock that goes, the next check comes with the next run', () => {
  const clock = { lastTickAt: '2026-11-22T09:58:00Z', isPaused: false, beat: 300_000, now: NOW }
  for (const more of [{ beat: null }, { isPaused: true }, { lastTickAt: null }, { lastTickAt: '2026-11-22T08:00:00Z' }])
    assert.deepEqual(nextCheck(makeAlert(), false, { ...clock, ...more }), { kind: 'with-run' })

  test('in a continuous schedule an alert comes in its turn, a snoozed one when it wakes', () => {
    const clock = { lastTickAt: '2026-11-22T09:58:00Z', isPaused: false, beat: 'continuous', now: NOW } as const
    assert.deepEqual(nextCheck(makeAlert(), false, clock), { kind: 'in-turn' })
    const until = '2026-11-22T20:00:00.000Z'
    assert.deepEqual(nextCheck(makeAlert({ pausedUntil: until }), false, clock), { kind: 'at', at: until })
  })
})
