import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderSessions } from '../../../../../main-worker/dashboard/sessions/render-sessions.ts'
import { sessionCells } from '../../../../../main-worker/dashboard/sessions/session-cells.ts'
import type { SessionRow } from '../../../../../shared/database/sessions.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')
const session = (over: Partial<SessionRow>): SessionRow => ({
  worker: 'worker-fr',
  market: 'fr',
  source: 'http',
  cookieNames: ['access_token_web'],
  createdAt: '2026-11-22T09:00:00Z',
  ageS: 3_600,
  expiresAt: '2026-11-22T11:00:00Z',
  isUsable: true,
  lastVerdict: 'ok',
  useCount: 3,
  ...over,
})
const cellsOf = (
  sessions: SessionRow[],
  over: { markets?: string[]; rests?: { workerId: string; market: string; until: string }[] } = {},
) =>
  sessionCells({ sessions, rests: [], markets: ['fr'], ...over }, ['worker-fr', 'worker-us'], NOW).map(
    ({ workerId, market, state }) => [workerId, market, state],
  )

describe('the sessions of the fleet, by region and market', () => {
  test('each region has a line for each market in use, with or without a session', () => {
    assert.deepEqual(cellsOf([session({})]), [
      ['worker-fr', 'fr', 'usable'],
      ['worker-us', 'fr', 'missing'],
    ])
  })

  test('an expired one, and one that the site no longer takes, are told apart', () => {
    const expired = session({ isUsable: false, expiresAt: '2026-11-22T09:59:00Z' })
    const refused = session({ worker: 'worker-us', isUsable: false, lastVerdict: 'session-expired' })
    assert.deepEqual(cellsOf([expired, refused]), [
      ['worker-fr', 'fr', 'expired'],
      ['worker-us', 'fr', 'unusable'],
    ])
  })

  test('an imported session serves whoever has none of its own, and has a line', () => {
    assert.deepEqual(cellsOf([session({}), session({ worker: null, source: 'import' })]), [
      ['worker-fr', 'fr', 'usable'],
      ['worker-us', 'fr', 'shared'],
      [null, 'fr', 'usable'],
    ])
  })

  test('a market that rests after a CAPTCHA rests, whatever its session', () => {
    const rests = [{ workerId: 'worker-fr', market: 'fr', until: '2026-11-22T10:30:00Z' }]
    assert.deepEqual(cellsOf([session({})], { rests })[0], ['worker-fr', 'fr', 'resting'])
  })

  test('a session of a market that no alert uses any more is shown where it is, and nowhere else', () => {
    assert.deepEqual(cellsOf([session({ market: 'de' })], { markets: [] }), [['worker-fr', 'de', 'usable']])
  })

  test('who only looks has no button', async () => {
    const viewer = { language: 'fr', timeZone: 'UTC', now: NOW } as const
    const cells = sessionCells({ sessions: [session({})], rests: [], markets: ['fr'] }, ['worker-fr'], NOW)
    const show = async (mayControl: boolean): Promise<string> =>
      String(await renderSessions({ workers: [], cells, renewal: null }, { ...viewer, mayControl }))
    assert.ok((await show(true)).includes('action="/sessions/renew"'))
    assert.ok(!(await show(false)).includes('<form'))
  })
})
