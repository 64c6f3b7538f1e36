import { z } from 'zod'
import { Run, RunSummary, RunWithAlerts } from '#shared/contracts/run.ts'
import { Evidence, EvidenceHead } from '#shared/database/incidents.ts'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { requestCycle } from '../alerts/request-cycle.ts'
import type { Context } from '../context.ts'

const RunOnceHeaders = z.object({
  prefer: z.string().optional(),
  'idempotency-key': z.string().min(1).max(200).optional(),
})
const RunOnceQuery = z.strictObject({ ifRunning: z.enum(['join', 'refuse']).default('join') })
const Limit = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) })
const RunOnce = {
  summary: 'One cycle now; joins the one that runs',
  description:
    '`?ifRunning=refuse` answers 409 instead of joining, `Prefer: respond-async` answers 202 at once, and one `Idempotency-Key` is one cycle. Who hangs up stops nothing.',
  tags: ['cycles'],
  headers: RunOnceHeaders,
  querystring: RunOnceQuery,
  response: {
    200: RunSummary.extend({ joined: z.boolean().optional() }),
    202: z.object({ runId: z.string(), status: z.literal('running'), joined: z.boolean().optional() }),
  },
}

export function addRunRoutes(app: HttpServer, context: Context): void {
  app.post('/api/v1/alerts/run-once', { schema: RunOnce }, async (request, reply) => {
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
  })

  app.get(
    '/api/v1/runs',
    {
      schema: {
        summary: 'The last cycles, newest first',
        tags: ['cycles'],
        querystring: Limit,
        response: { 200: z.object({ runs: z.array(Run) }) },
      },
    },
    async (request) => ({ runs: await context.database.call('list_runs', { most: request.query.limit }) }),
  )

  const oneRun = {
    summary: 'One cycle with each alert’s outcome',
    tags: ['cycles'],
    params: z.object({ id: z.uuid('wants a run id') }),
    response: { 200: RunWithAlerts },
  }
  app.get('/api/v1/runs/:id', { schema: oneRun }, async (request) => {
    const run = await context.database.call('get_run', { run_id: request.params.id })
    if (!run) throw new ProblemError(404, 'NOT_FOUND', `no run ${request.params.id}`)
    return run
  })
  addEvidenceRoutes(app, context)
}

function addEvidenceRoutes(app: HttpServer, context: Context): void {
  app.get(
    '/api/v1/evidence',
    {
      schema: {
        summary: 'What the site answered when it refused; kept for 24 hours',
        tags: ['fleet'],
        querystring: Limit,
        response: { 200: z.object({ evidence: z.array(EvidenceHead) }) },
      },
    },
    async ({ query }) => ({ evidence: await context.database.call('list_evidence', { most: query.limit }) }),
  )

  app.get(
    '/api/v1/evidence/:id',
    {
      schema: {
        summary: 'One refusal with its headers and body, without secrets',
        tags: ['fleet'],
        params: z.object({ id: z.uuid('wants an evidence id') }),
        response: { 200: Evidence },
      },
    },
    async ({ params }) => {
      const evidence = await context.database.call('get_evidence', { id: params.id })
      if (!evidence) throw new ProblemError(404, 'NOT_FOUND', `no evidence ${params.id}; it is kept for 24 hours`)
      return evidence
    },
  )
}
