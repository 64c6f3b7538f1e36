import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { queueTest, TestInput } from '../deliveries/queue-test.ts'

const states = ['waiting', 'sending', 'sent', 'merged', 'failed', 'cancelled'] as const

const tags = ['messages']
const params = z.object({ id: z.uuid('wants a message id') })

export function addOutboxRoutes(app: HttpServer, context: Context): void {
  const { database } = context

  app.get(
    '/api/v1/outbox',
    {
      schema: {
        summary: 'Messages, the newest first',
        tags,
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

  app.get(
    '/api/v1/outbox/:id',
    { schema: { summary: 'One message: whether it arrived, or the channel’s own words', tags, params } },
    async ({ params }) => {
      const message = await database.call('get_outbox', { id: params.id })
      if (!message) throw new ProblemError(404, 'NOT_FOUND', `no message ${params.id}`)
      return message
    },
  )

  app.post(
    '/api/v1/outbox/test',
    { schema: { summary: 'Queues a test message; watch it at GET /api/v1/outbox/:id', tags, body: TestInput } },
    async ({ body }, reply) => reply.code(202).send({ id: await queueTest(context, body) }),
  )

  app.post(
    '/api/v1/outbox/:id/retry',
    { schema: { summary: 'Sends a failed message anew, with all that failed for the same reason', tags, params } },
    async ({ params }) => {
      const message = await database.call('retry_outbox', { id: params.id })
      if (!message) throw new ProblemError(404, 'NOT_FOUND', `no failed message ${params.id}`)
      return message
    },
  )
}
