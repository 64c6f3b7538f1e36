import { z } from 'zod'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { readStatistics, spanNames } from '../statistics/spans.ts'

const Query = z.strictObject({ span: z.enum(spanNames, `wants one of ${spanNames.join(', ')}`).default('24h') })

/** The figures of the statistics page. */
export function addStatisticsRoutes(app: HttpServer, context: Context): void {
  app.get(
    '/api/v1/statistics',
    {
      schema: {
        summary: 'Age of finds at delivery, requests, finds and success by region, over time',
        tags: ['fleet'],
        description:
          'Ages (`p50S`, `p95S`) are seconds from the listing (estimated, as in `stats`) to the answer of the channel, for every delivery; `deliveryP50S` counts from the check that found it. Digests after a pause are not in them. `regions` holds, by worker, the alerts that cycles gave it and those of them that it checked itself. The last step is unfinished.',
        querystring: Query,
      },
    },
    ({ query }) => readStatistics(context, query.span),
  )
}
