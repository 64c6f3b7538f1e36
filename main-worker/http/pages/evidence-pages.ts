import { z } from 'zod'
import type { Evidence } from '#shared/database/incidents.ts'
import { ProblemError } from '#shared/errors.ts'
import { renderEvidence, renderEvidenceList } from '../../dashboard/evidence/render-evidence.ts'
import { evidenceTexts } from '../../dashboard/evidence/texts.ts'
import { readWorkerNames } from '../../fleet/worker-names.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const MOST = 200
const params = z.object({ id: z.uuid('wants an evidence id') })

/** What the site answered when it refused. */
export function addEvidencePages({ app, context }: Pages): void {
  const { database } = context

  const read = async (id: string): Promise<Evidence> => {
    const evidence = await database.call('get_evidence', { id })
    if (evidence === null) throw new ProblemError(404, 'NOT_FOUND', `no evidence ${id}; it is kept for 24 hours`)
    return evidence
  }

  app.get('/evidence', { config: { access: 'observer' } }, async (request, reply) => {
    const viewer = viewerOf(request, context)
    const list = await database.call('list_evidence', { most: MOST })
    const content = renderEvidenceList(list, await readWorkerNames(context), viewer)
    return sendPage(request, reply, context, evidenceTexts[viewer.language].title, content)
  })

  app.get('/evidence/:id', { config: { access: 'observer' }, schema: { params } }, async (request, reply) => {
    const viewer = viewerOf(request, context)
    const content = renderEvidence(await read(request.params.id), await readWorkerNames(context), viewer)
    return sendPage(request, reply, context, evidenceTexts[viewer.language].title, content)
  })

  app.get(
    '/evidence/:id/screenshot.jpg',
    { config: { access: 'observer' }, schema: { params } },
    async (request, reply) => {
      const { screenshot } = await read(request.params.id)
      if (screenshot === null) throw new ProblemError(404, 'NOT_FOUND', 'this evidence has no screenshot')
      return reply
        .type('image/jpeg')
        .header('cache-control', 'private, max-age=3600')
        .send(Buffer.from(screenshot, 'base64'))
    },
  )
}
