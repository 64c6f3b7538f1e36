import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chartsOf } from '../../../../../main-worker/dashboard/statistics/charts.ts'
import type { Freshness } from '../../../../../main-worker/fleet/freshness.ts'
import { renderFreshness } from '../../../../../main-worker/dashboard/statistics/render-freshness.ts'
import { renderStatistics } from '../../../../../main-worker/dashboard/statistics/render-statistics.ts'
import type { Statistics, StatisticsStep } from '../../../../../shared/database/statistics.ts'

const viewer = { language: 'en', timeZone: 'UTC', now: 0 } as const
const nothing = {
  finds: 0,
  delivered: 0,
  searches: 0,
  ok: 0,
  refused: 0,
  requests: 0,
  p50S: null,
  p95S: null,
  deliveryP50S: null,
}
const step = (at: string, over: Partial<StatisticsStep> = {}): StatisticsStep => ({
  at,
  ...nothing,
  regions: {},
  ...over,
})
const busy = {
  finds: 4,
  delivered: 4,
  searches: 12,
  ok: 11,
  refused: 1,
  requests: 14,
  p50S: 130.25,
  p95S: 290,
  deliveryP50S: 3,
}
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
const fresh: Freshness = {
  ageOfFinds: { p50S: 130.25, p95S: 290, count: 4, dated: 4, delivery: { p50S: 3, p95S: 5 } },
  spending: { finds: 4, requests: 14, requestsLastHour: 528 },
  requestsPerFind: 3.5,
  budget: { requestsPerHour: 758, usedPerHour: 528, usedPercent: 69.7, searches: 44, boundS: 209 },
}
const page = async (day: Statistics): Promise<string> =>
  String(await renderStatistics({ fresh, day, statistics: day, span: '24h', nameOf: (id) => id }, viewer))

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
      [null, 130.25],
      [null, 290],
      [null, 3],
    ])
  })

  test('the day stands in a sentence', async () => {
    const html = await page(statistics)
    assert.match(html, /12 searches in 3 runs\.\s+1 stayed refused at the end of their run\./)
  })

  test('each live figure stands with its arithmetic, and says that the age is an estimate', async () => {
    const html = String(await renderFreshness(fresh, viewer))
    const figures = [...html.matchAll(/class="figure">([^<]*)</g)].map(([, value]) => value)
    assert.deepEqual(figures, ['2 min 10 s', '3.5', '70 %', '3 min 29 s'])
    for (const words of [
      'estimated',
      'within 4 min 50 s. Delivery takes 3 s of it.',
      '14 requests, 4 finds',
      '528 requests in the last hour; the regions at work may make 758.',
      'one round of all searches (44 requests)',
    ])
      assert.ok(html.includes(words), words)
    assert.ok(!html.includes('is not known'))
  })

  test('what is not known is a dash with the reason; finds without a check before them are counted', async () => {
    const age = { p50S: null, p95S: null, count: 0, dated: 0, delivery: { p50S: null, p95S: null } }
    const nobody = { requestsPerHour: 0, usedPerHour: 0, usedPercent: null, searches: 44, boundS: null }
    const html = String(
      await renderFreshness({ ...fresh, ageOfFinds: age, requestsPerFind: null, budget: nobody }, viewer),
    )
    assert.equal(html.match(/class="figure">–</g)?.length, 4)
    assert.ok(html.includes('No find was sent in 24 hours.') && html.includes('Nothing to ask, or nobody to ask it.'))
    const some = { ...fresh, ageOfFinds: { ...fresh.ageOfFinds, dated: 1 } }
    assert.ok(String(await renderFreshness(some, viewer)).includes('For 3 of 4 finds the check before is not known'))
  })

  test('each drawing names the table that holds its numbers', async () => {
    const html = await page(statistics)
    for (const [, id] of html.matchAll(/data-chart="([\w-]+)"/g)) assert.ok(html.includes(`<table id="${id}"`), id)
    assert.ok(html.includes('<data value="130.25">130.3 s</data>'))
  })

  test('a fleet that has done nothing yet has a page', async () => {
    const html = await page({ ...statistics, totals: { cycles: 0, ...nothing }, steps: [step('2026-11-22T10:00:00Z')] })
    assert.ok(!html.includes('stayed refused'))
    assert.ok(html.includes('Nothing to show for this period.'))
  })
})
