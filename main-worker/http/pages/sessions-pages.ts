import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import { renderRenewal, renderSessions } from '../../dashboard/sessions/render-sessions.ts'
import { sessionCells } from '../../dashboard/sessions/session-cells.ts'
import { sessionsTexts } from '../../dashboard/sessions/texts.ts'
import { createRenewals } from '../../fleet/renewals.ts'
import { readWorkerNames } from '../../fleet/worker-names.ts'
import { actorOf } from '../access.ts'
import type { Pages } from './pages.ts'
import { sendHtml, sendPage, viewerOf } from './pages.ts'

const RenewalId = z.uuid('wants a renewal id')
const Renew = z.object({ worker: z.string().max(63).optional(), market: z.string().max(10).optional() }).default({})

/** Sessions by region and market, and new ones on demand. */
export function addSessionsPages({ app, context }: Pages): void {
  const { database } = context
  const renewals = createRenewals(context)

  app.get(
    '/sessions',
    { config: { access: 'observer' }, schema: { querystring: z.object({ renewal: RenewalId.optional() }) } },
    async (request, reply) => {
      const viewer = viewerOf(request, context)
      const [table, { workers, now }] = await Promise.all([
        database.call('read_session_table', {}),
        database.call('read_fleet', {}),
      ])
      const cells = sessionCells(
        table,
        workers.map(({ id }) => id),
        Date.parse(now),
      )
      const renewal = request.query.renewal === undefined ? null : renewals.find(request.query.renewal)
      const mayControl = actorOf(request).person.role === 'owner'
      const content = renderSessions({ workers, cells, renewal }, { ...viewer, mayControl })
      return sendPage(request, reply, context, sessionsTexts[viewer.language].title, content)
    },
  )

  // It takes seconds, and nobody who goes away shall stop it: the page follows.
  app.post('/sessions/renew', { schema: { body: Renew } }, async ({ body }, reply) =>
    reply.redirect(`/sessions?renewal=${renewals.start(body)}`, 303),
  )

  app.get(
    '/sessions/renewals/:id',
    { config: { access: 'observer' }, schema: { params: z.object({ id: RenewalId }) } },
    async (request, reply) => {
      const renewal = renewals.find(request.params.id)
      if (renewal === null) throw new ProblemError(404, 'NOT_FOUND', `no renewal ${request.params.id}`)
      if (renewal.refreshed !== null || renewal.problem !== null) return reply.header('hx-refresh', 'true').send()
      return sendHtml(reply, renderRenewal(renewal, await readWorkerNames(context), viewerOf(request, context)))
    },
  )
}
