import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chartsOf } from '../../../../../main-worker/dashboard/statistics/charts.ts'
import { renderStatistics } from '../../../../../main-worker/dashboard/statistics/render-statistics.ts'
import type { Statistics, StatisticsStep } from '../../../../../shared/database/statistics.ts'

const viewer = { language: 'en', timeZone: 'UTC', now: 0 } as const
const nothing = { finds: 0, delivered: 0, searches: 0, ok: 0, refused: 0, requests: 0, p50S: null, p95S: null, deliveryP50S: null }
const step = (at: string, over: Partial<StatisticsStep> = {}): StatisticsStep => ({
  at,
  ...nothing,
  regions: {},
  ...over,
})
const busy = { finds: 4, delivered: 4, searches: 12, ok: 11, refused: 1, requests: 14, p50S: 130.25, p95S: 290, deliveryP50S: 3 }
const statistics: Statistics = {
  since: '2026-11-22T09:00:00Z',
  now: '2026-11-22T10:30:00Z',
  stepMinutes: 60,
  totals: { cycles: 3, ...busy },
  steps: [
    step('2026-11-22T09:00:00Z', { regions: { 'worker-fr': { assigned: 4, checked: 3 } } }),
    step('2026-11-22T10:00:00Z', busy),
  ],
}
const page = async (day: Statistics): Promise<string> =>
  String(await renderStatistics({ day, statistics: day, span: '24h', nameOf: (id) => id }, viewer))

describe('the statistics page', () => {
  test('what was divided by nothing is a gap, not a zero', () => {
    const charts = chartsOf(statistics, (id) => id, 'en')
    const values = (id: string) =>
      charts
        .find((chart) => chart.id === id)
        ?.series.filter(({ isDrawn }) => isDrawn)
        .map(({ value }) => statistics.steps.map(value))
    assert.deepEqual(values('per-find'), [[null, 3.5]])
    assert.deepEqual(values('success'), [[75, null]])
    assert.deepEqual(values('ages'), [
      [null, 3.25],
      [null, 12],
    ])
  })

  test('the day stands in sentences', async () => {
    const html = await page(statistics)
    assert.ok(html.includes('12 searches asked of Vinted, 4 finds, 14 requests.'))
    assert.ok(html.includes('3.5 requests per find.'))
    assert.ok(html.includes('3.3 s after it was seen, 95 of a hundred within 12 s'))
  })

  test('each drawing names the table that holds its numbers', async () => {
    const html = await page(statistics)
    for (const [, id] of html.matchAll(/data-chart="([\w-]+)"/g)) assert.ok(html.includes(`<table id="${id}"`), id)
    assert.ok(html.includes('<data value="3.25">3.3 s</data>'))
  })

  test('a fleet that has done nothing yet has a page', async () => {
    const html = await page({ ...statistics, totals: { cycles: 0, ...nothing }, steps: [step('2026-11-22T10:00:00Z')] })
    assert.ok(html.includes('No find was sent.'))
    assert.ok(html.includes('Nothing to show for this period.'))
  })
})
