import { z } from 'zod'
import { Alert, AlertInput, CloneInput } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { previewAlert } from '../alerts/preview-alert.ts'
import { cloneAlert, createAlert, updateAlert } from '../alerts/alert-store.ts'
import type { Context } from '../context.ts'

const tags = ['alerts']
const params = z.object({ id: z.uuid('wants an alert id') })

const unknownAlert = (id: string): ProblemError => new ProblemError(404, 'NOT_FOUND', `no alert ${id}`)

export function addAlertRoutes(app: HttpServer, context: Context): void {
  const { database } = context

  const all = { summary: 'Every alert', tags, response: { 200: z.object({ alerts: z.array(Alert) }) } }
  app.get('/api/v1/alerts', { schema: all }, async () => ({ alerts: await database.call('list_alerts', {}) }))

  const added = {
    summary: 'A new alert, from a pasted link or from fields',
    description: 'Paste the link of any Vinted search as `url`; whatever stands beside it is laid over it.',
    tags,
    body: AlertInput,
    response: { 201: Alert.loose().describe('The alert and, for a link, what was `understood` and what `ignored`.') },
  }
  app.post('/api/v1/alerts', { schema: added }, async (request, reply) =>
    reply.code(201).send(await createAlert(context, request.body)),
  )

  const one = { summary: 'One alert', tags, params, response: { 200: Alert } }
  app.get('/api/v1/alerts/:id', { schema: one }, async ({ params }) => {
    const alert = await database.call('get_alert', { id: params.id })
    if (!alert) throw unknownAlert(params.id)
    return alert
  })

  const changed = {
    summary: 'Changes the fields that are named',
    description: 'A new `url` replaces the whole search. A changed search makes a new baseline: no flood.',
    tags,
    params,
    body: AlertInput,
    response: { 200: Alert },
  }
  app.patch('/api/v1/alerts/:id', { schema: changed }, async ({ params, body }) => {
    const alert = await updateAlert(context, params.id, body)
    if (!alert) throw unknownAlert(params.id)
    return alert
  })

  const previewed = {
    summary: 'What a link means, and what it would find now; nothing is stored',
    tags,
    body: AlertInput,
  }
  app.post('/api/v1/alerts/preview', { schema: previewed }, (request, reply) =>
    previewAlert(context, request.body, AbortSignal.any([callerGone(request, reply), context.stopping])),
  )

  const cloned = {
    summary: 'The same alert for another market',
    tags,
    params,
    body: CloneInput,
    response: { 201: Alert },
  }
  app.post('/api/v1/alerts/:id/clone', { schema: cloned }, async ({ params, body }, reply) => {
    const alert = await cloneAlert(context, params.id, body.market, body.changes)
    if (!alert) throw unknownAlert(params.id)
    return reply.code(201).send(alert)
  })

  const gone = { summary: 'Deletes an alert; its waiting messages are cancelled', tags, params }
  app.delete('/api/v1/alerts/:id', { schema: gone }, async ({ params }, reply) => {
    if (!(await database.call('delete_alert', { id: params.id }))) throw unknownAlert(params.id)
    return reply.code(204).send()
  })
}
