import { z } from 'zod'
import { AlertInput, CloneInput } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { previewAlert } from '../alerts/preview-alert.ts'
import { cloneAlert, createAlert, updateAlert } from '../alerts/alert-store.ts'
import type { Context } from '../context.ts'

const params = z.object({ id: z.uuid('wants an alert id') })

const unknownAlert = (id: string): ProblemError => new ProblemError(404, 'NOT_FOUND', `no alert ${id}`)

export function addAlertRoutes(app: HttpServer, context: Context): void {
  const { database } = context

  app.get('/api/v1/alerts', async () => ({ alerts: await database.call('list_alerts', {}) }))

  app.post('/api/v1/alerts', { schema: { body: AlertInput } }, async (request, reply) =>
    reply.code(201).send(await createAlert(context, request.body)),
  )

  app.get('/api/v1/alerts/:id', { schema: { params } }, async ({ params }) => {
    const alert = await database.call('get_alert', { id: params.id })
    if (!alert) throw unknownAlert(params.id)
    return alert
  })

  app.patch('/api/v1/alerts/:id', { schema: { params, body: AlertInput } }, async ({ params, body }) => {
    const alert = await updateAlert(context, params.id, body)
    if (!alert) throw unknownAlert(params.id)
    return alert
  })

  app.post('/api/v1/alerts/preview', { schema: { body: AlertInput } }, (request, reply) =>
    previewAlert(context, request.body, AbortSignal.any([callerGone(request, reply), context.stopping])),
  )

  app.post('/api/v1/alerts/:id/clone', { schema: { params, body: CloneInput } }, async ({ params, body }, reply) => {
    const alert = await cloneAlert(context, params.id, body.market, body.changes)
    if (!alert) throw unknownAlert(params.id)
    return reply.code(201).send(alert)
  })

  app.delete('/api/v1/alerts/:id', { schema: { params } }, async ({ params }, reply) => {
    if (!(await database.call('delete_alert', { id: params.id }))) throw unknownAlert(params.id)
    return reply.code(204).send()
  })
}
