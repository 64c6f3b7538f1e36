import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'

const states = ['waiting', 'sending', 'sent', 'merged', 'failed', 'cancelled'] as const

export function addOutboxRoutes(app: HttpServer, { database }: Context): void {
  app.get(
    '/api/v1/outbox',
    {
      schema: {
        summary: 'Messages: waiting, sent, failed with the channel’s own words',
        tags: ['messages'],
        querystring: z.strictObject({
          status: z.enum(states, `wants one of ${states.join(', ')}`).optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
      },
    },
    async ({ query }) => ({
      messages: await database.call('list_outbox', { status: query.status ?? null, most: query.limit }),
    }),
  )
  app.post(
    '/api/v1/outbox/:id/retry',
    {
      schema: {
        summary: 'Sends a failed message anew',
        tags: ['messages'],
        params: z.object({ id: z.uuid('wants a message id') }),
      },
    },
    async ({ params }) => {
      const message = await database.call('retry_outbox', { id: params.id })
      if (!message) throw new ProblemError(404, 'NOT_FOUND', `no failed message ${params.id}`)
      return message
    },
  )
}
