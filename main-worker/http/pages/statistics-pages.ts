import { z } from 'zod'
import { renderFreshness } from '../../dashboard/statistics/render-freshness.ts'
import { renderStatistics } from '../../dashboard/statistics/render-statistics.ts'
import { statisticsTexts } from '../../dashboard/statistics/texts.ts'
import { readFreshness } from '../../fleet/read-freshness.ts'
import { readWorkerNames } from '../../fleet/worker-names.ts'
import { readStatistics, spanNames } from '../../statistics/spans.ts'
import type { Pages } from './pages.ts'
import { sendHtml, sendPage, viewerOf } from './pages.ts'

const Query = z.object({ span: z.enum(spanNames, `wants one of ${spanNames.join(', ')}`).default('24h') })

/** How old finds are, what they cost, and how each region does. */
export function addStatisticsPages({ app, context }: Pages): void {
  app.get('/statistics', { config: { access: 'observer' }, schema: { querystring: Query } }, async (request, reply) => {
    const viewer = viewerOf(request, context)
    const { span } = request.query
    const [fresh, day] = await Promise.all([readFreshness(context), readStatistics(context, '24h')])
    const statistics = span === '24h' ? day : await readStatistics(context, span)
    const nameOf = await readWorkerNames(context)
    const content = renderStatistics({ fresh, day, statistics, span, nameOf }, viewer)
    const scripts = ['uplot.js', 'statistics.js'] as const
    return sendPage(request, reply, context, statisticsTexts[viewer.language].title, content, scripts)
  })

  app.get('/statistics/now', { config: { access: 'observer' } }, async (request, reply) =>
    sendHtml(reply, await renderFreshness(await readFreshness(context), viewerOf(request, context))),
  )
}
