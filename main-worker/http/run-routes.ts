import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { requestCycle } from '../alerts/request-cycle.ts'
import type { Context } from '../context.ts'

const RunOnceHeaders = z.object({
  prefer: z.string().optional(),
  'idempotency-key': z.string().min(1).max(200).optional(),
})
const RunOnceQuery = z.strictObject({ ifRunning: z.enum(['join', 'refuse']).default('join') })

export function addRunRoutes(app: HttpServer, context: Context): void {
  app.post(
    '/api/v1/alerts/run-once',
    { schema: { headers: RunOnceHeaders, querystring: RunOnceQuery } },
    async (request, reply) => {
      const idempotencyKey = request.headers['idempotency-key'] ?? null
      const cycle = await requestCycle(context, { trigger: 'run-once', idempotencyKey })
      if (cycle.joined && request.query.ifRunning === 'refuse') {
        const problem = { runId: cycle.runId }
        throw new ProblemError(409, 'CYCLE_RUNNING', `cycle ${cycle.runId} is running`, problem)
      }
      if (/\brespond-async\b/.test(request.headers.prefer ?? '')) {
        const { runId, joined } = cycle
        return reply
          .code(202)
          .header('preference-applied', 'respond-async')
          .header('location', `/api/v1/runs/${runId}`)
          .send({ runId, status: 'running', ...(joined && { joined }) })
      }
      const summary = await cycle.done()
      return { ...summary, ...(cycle.joined && { joined: true }) }
    },
  )

  app.get(
    '/api/v1/runs',
    { schema: { querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) }) } },
    async (request) => ({ runs: await context.database.call('list_runs', { most: request.query.limit }) }),
  )

  app.get('/api/v1/runs/:id', { schema: { params: z.object({ id: z.uuid('wants a run id') }) } }, async (request) => {
    const run = await context.database.call('get_run', { run_id: request.params.id })
    if (!run) throw new ProblemError(404, 'NOT_FOUND', `no run ${request.params.id}`)
    return run
  })

  app.get(
    '/api/v1/evidence',
    { schema: { querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) }) } },
    async ({ query }) => ({ evidence: await context.database.call('list_evidence', { most: query.limit }) }),
  )

  app.get(
    '/api/v1/evidence/:id',
    { schema: { params: z.object({ id: z.uuid('wants an evidence id') }) } },
    async ({ params }) => {
      const evidence = await context.database.call('get_evidence', { id: params.id })
      if (!evidence) throw new ProblemError(404, 'NOT_FOUND', `no evidence ${params.id}; it is kept for 24 hours`)
      return evidence
    },
  )
}
