import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderRun } from '../../../../../main-worker/dashboard/runs/render-run.ts'
import { renderRuns } from '../../../../../main-worker/dashboard/runs/render-runs.ts'
import { kindOf, verdictTexts, verdictWord } from '../../../../../main-worker/dashboard/parts/verdicts.ts'
import { Verdict } from '../../../../../shared/contracts/verdict.ts'
import type { RunDetails, RunOutcome } from '../../../../../shared/database/statistics.ts'

const viewer = { language: 'en', timeZone: 'UTC', now: Date.parse('2026-11-22T10:01:00Z') } as const
const RUN = '00000000-0000-4000-8000-000000000001'

const outcome: RunOutcome = {
  alertId: 'an-alert',
  name: '<script>alert(1)</script>',
  market: 'fr',
  workerId: 'worker-fr',
  verdict: 'blocked',
  error: 'HTTP 403',
  itemsChecked: 0,
  dropped: { price: 3, 'excluded-word': 1 },
  matches: 0,
  newMatches: 0,
  ms: 900,
  checkedAt: '2026-11-22T10:00:01Z',
  requests: 1,
  evidenceId: 'some-evidence',
}
const run: RunDetails = {
  runId: RUN,
  status: 'done',
  trigger: 'clock',
  startedAt: '2026-11-22T10:00:00Z',
  finishedAt: '2026-11-22T10:00:02Z',
  summary: null,
  counts: { all: 250, problems: 1, finds: 0, open: 0 },
  searches: [{ workerId: 'worker-fr', verdict: 'blocked', checkedAt: '2026-11-22T10:00:01Z', ms: 900, alerts: 1 }],
  refusals: [],
  alerts: [outcome],
}
const page = { show: 'all', page: 0, size: 100 } as const
const show = async (over: Partial<RunDetails> = {}, isContinuous = false): Promise<string> =>
  String(await renderRun({ ...run, ...over }, (id) => id.toUpperCase(), page, isContinuous, viewer))

describe('the page of a run', () => {
  test('an outcome has its word, its error, what each filter dropped, and the evidence of a refusal', async () => {
    const html = await show()
    for (const part of [
      'refused (403)',
      'HTTP 403',
      '3 price, 1 excluded word',
      '/evidence/some-evidence',
      'Page 1 of 3',
    ])
      assert.ok(html.includes(part), part)
  })

  test('the name of an alert is text', async () => {
    const html = await show()
    assert.ok(!html.includes('<script>alert'))
    assert.ok(html.includes('&lt;script&gt;'))
  })

  test('it follows a run that is under way, and stands still once it has ended', async () => {
    const running = await show({ status: 'running', finishedAt: null })
    assert.match(running, /hx-get="\/runs\/[\w-]+\/progress"\s+hx-trigger="every 2s"/)
    assert.ok(running.includes('<progress'))
    assert.ok(!(await show()).includes('hx-trigger'))
  })

  test('a report of the continuous schedule that is under way has no end to show, only what it asked so far', async () => {
    const html = await show({ status: 'running', finishedAt: null }, true)
    assert.match(html, /This report is under way; this part follows by itself\. 1 search checked so far\./)
    assert.ok(html.includes('hx-trigger="every 2s"') && !html.includes('<progress'))
  })

  test('an alert that is gone still has its outcome', async () => {
    assert.ok((await show({ alerts: [{ ...outcome, name: null, market: null }] })).includes('deleted alert'))
  })
})

describe('the list of runs', () => {
  const none = { count: 0, reason: null }
  test('ticks that were skipped are one row with their number and the last reason', async () => {
    const runs = [{ ...run, skippedBefore: { count: 12, reason: 'a cycle was still running' } }]
    const html = String(await renderRuns({ runs, skippedSince: none, hasMore: true }, true, false, viewer))
    assert.match(html, /12 ticks skipped \(a cycle was still running\)/)
    assert.ok(html.includes(`/runs?before=${RUN}`))
  })

  test('without any run it says so', async () => {
    const html = String(await renderRuns({ runs: [], skippedSince: none, hasMore: false }, true, false, viewer))
    assert.ok(html.includes('No cycle yet.') && html.includes('Every cycle of the fleet over your alerts'))
    const reports = String(await renderRuns({ runs: [], skippedSince: none, hasMore: false }, true, true, viewer))
    assert.ok(reports.includes('one row per report'))
  })
})

describe('the words for a verdict', () => {
  test('each verdict has one in both languages; one of a newer version is shown as it is', () => {
    for (const verdict of Verdict.options)
      for (const language of ['fr', 'en'] as const) assert.ok(verdictTexts[language][verdict].length > 3)
    assert.equal(verdictWord('from-the-future', 'fr'), 'from-the-future')
    assert.equal(kindOf('from-the-future'), 'failed')
    assert.equal(kindOf(null), 'waiting')
  })
})
