// `summary` and `tags` of a route's schema.
/// <reference types="@fastify/swagger" />
import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import { addWebhook, WebhookInput } from '../webhooks/add-webhook.ts'

const tags = ['webhooks']
const params = z.object({ id: z.uuid('wants a webhook id') })

export function addWebhookRoutes(app: HttpServer, context: Context): void {
  const { database, logger } = context

  app.get(
    '/api/v1/webhooks',
    { schema: { summary: 'Discord channels and programs that alerts may lead to, without their addresses', tags } },
    async () => ({ webhooks: await database.call('list_webhooks', {}) }),
  )

  app.post(
    '/api/v1/webhooks',
    { schema: { summary: 'A new webhook; the secret of a standard one is shown this once', tags, body: WebhookInput } },
    async ({ body }, reply) => {
      const webhook = await addWebhook(context, body, null)
      logLine(logger, 'byHand', { what: `add the webhook "${webhook.name}" (${webhook.host})` })
      return reply.code(201).send(webhook)
    },
  )

  app.delete(
    '/api/v1/webhooks/:id',
    { schema: { summary: 'Removes a webhook: alerts lose it, what waits for it is not sent', tags, params } },
    async ({ params }, reply) => {
      if (!(await database.call('delete_webhook', { id: params.id })))
        throw new ProblemError(404, 'NOT_FOUND', `no webhook ${params.id}`)
      logLine(logger, 'byHand', { what: `remove the webhook ${params.id}` })
      return reply.code(204).send()
    },
  )
}
