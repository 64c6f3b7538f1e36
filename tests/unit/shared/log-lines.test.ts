import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logLine, logLines } from '#shared/log-lines.ts'
import { recordingLogger } from './recording-logger.ts'

const fr = { name: 'FR', region: 'cdg' }

test('the documented lines keep their words and numbers', () => {
  const { logger, entries } = recordingLogger()
  logLine(logger, 'workersConfigured', { count: 4 })
  logLine(logger, 'workerHealthy', fr)
  logLine(logger, 'workerUnhealthy', { ...fr, reason: 'connection timeout' })
  logLine(logger, 'attempt', { ...fr, attempt: 1, of: 3, command: 'scrape' })
  logLine(logger, 'workerMatches', { ...fr, matches: 3, alerts: 11 })
  logLine(logger, 'cycleDone', { ms: 45_230, ok: 4, workers: 4, matches: 12, errors: 0 })
  logLine(logger, 'workerBanned', { ...fr, ms: 1_800_000, reason: '403' })
  logLine(logger, 'workerReactivated', fr)
  logLine(logger, 'noCookies', { market: 'fr' })
  assert.deepEqual(
    entries.map(({ msg }) => msg),
    [
      'Workers configured: 4',
      'Worker FR (cdg): healthy',
      'Worker FR (cdg): unhealthy - connection timeout',
      'Attempt 1/3 with Worker FR (cdg): scrape',
      'Worker FR (cdg): 3 match(es) on 11 alert(s)',
      'Cycle done in 45.23s: 4/4 workers ok, 12 match(es), 0 error(s)',
      'Worker FR (cdg) banned for 1800s (403)',
      'Worker FR (cdg) reactivated',
      'NO_SCRAPING_COOKIES - no cookies in the database for fr',
    ],
  )
})

test('a line carries its name and its facts as fields, at its level', () => {
  const { logger, entries } = recordingLogger()
  logLine(logger, 'refused', { verdict: 'blocked', market: 'fr', detail: 'HTTP 403' })
  const { level, event, msg, ...facts } = entries[0] ?? { level: 0, msg: '' }
  assert.deepEqual([level, event, msg], [40, 'refused', 'The site answered blocked for fr: HTTP 403'])
  assert.deepEqual(
    { ...facts, time: 0, pid: 0, hostname: '' },
    {
      verdict: 'blocked',
      market: 'fr',
      detail: 'HTTP 403',
      time: 0,
      pid: 0,
      hostname: '',
    },
  )
})

test('a match is told with both prices where the fees are known', () => {
  const facts = { alert: 'a', title: 'Nike', price: 6, currency: 'EUR' }
  assert.equal(logLines.match.text({ ...facts, totalPrice: 7 }), 'Match for "a": Nike - 6.00 EUR (7.00 with fees)')
  assert.equal(logLines.match.text({ ...facts, totalPrice: null }), 'Match for "a": Nike - 6.00 EUR')
})

test('a skipped cycle is a matter for debugging', () => {
  assert.equal(logLines.cycleSkipped.level, 'debug')
})
