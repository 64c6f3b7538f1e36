import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import { renderRun, renderRunProgress } from '../../dashboard/runs/render-run.ts'
import { shows } from '../../dashboard/runs/render-outcomes.ts'
import { renderRuns } from '../../dashboard/runs/render-runs.ts'
import { runsTexts } from '../../dashboard/runs/texts.ts'
import { readWorkerNames } from '../../fleet/worker-names.ts'
import type { Pages } from './pages.ts'
import { sendHtml, sendPage, viewerOf } from './pages.ts'

const RUNS_PER_PAGE = 50
const ALERTS_PER_PAGE = 100

const params = z.object({ id: z.uuid('wants a run id') })
const Before = z.object({ before: z.uuid('wants a run id').optional() })
const Outcomes = z.object({
  show: z.enum(shows, `wants one of ${shows.join(', ')}`).default('all'),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
})

/** Every cycle, and each of them in full. */
export function addRunsPages({ app, context }: Pages): void {
  const { database } = context
  const isContinuous = context.config.schedule === 'continuous'

  app.get('/runs', { config: { access: 'observer' }, schema: { querystring: Before } }, async (request, reply) => {
    const viewer = viewerOf(request, context)
    const { before } = request.query
    const page = await database.call('page_runs', { most: RUNS_PER_PAGE, before: before ?? null })
    const content = renderRuns(page, before === undefined, isContinuous, viewer)
    return sendPage(request, reply, context, runsTexts[viewer.language].title, content)
  })

  app.get(
    '/runs/:id',
    { config: { access: 'observer' }, schema: { params, querystring: Outcomes } },
    async (request, reply) => {
      const viewer = viewerOf(request, context)
      const { show, page } = request.query
      const outcomes = { show, page: page - 1, size: ALERTS_PER_PAGE }
      const run = await database.call('read_run', {
        run_id: request.params.id,
        show,
        page: outcomes.page,
        most: ALERTS_PER_PAGE,
      })
      if (run === null) throw new ProblemError(404, 'NOT_FOUND', `no run ${request.params.id}`)
      const content = renderRun(run, await readWorkerNames(context), outcomes, isContinuous, viewer)
      return sendPage(request, reply, context, runsTexts[viewer.language].title, content)
    },
  )

  // Its end loads the page anew: the table below has changed too.
  app.get('/runs/:id/progress', { config: { access: 'observer' }, schema: { params } }, async (request, reply) => {
    const run = await database.call('read_run', { run_id: request.params.id, show: 'all', page: 0, most: 0 })
    if (run?.status !== 'running') return reply.header('hx-refresh', 'true').send()
    const nameOf = await readWorkerNames(context)
    return sendHtml(reply, renderRunProgress(run, nameOf, isContinuous, viewerOf(request, context)))
  })
}
