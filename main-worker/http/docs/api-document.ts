import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Alert } from '#shared/contracts/alert.ts'
import { Failure } from '#shared/contracts/failure.ts'
import { Health } from '#shared/contracts/health.ts'
import { Listing, Match } from '#shared/contracts/listing.ts'
import { Run, RunAlert, RunSummary, RunWithAlerts } from '#shared/contracts/run.ts'
import { ListingPage, SearchPage } from '#shared/contracts/scrape.ts'
import { EvidenceHead } from '#shared/database/incidents.ts'
import { OutboxRow } from '#shared/database/outbox.ts'
import { version } from '#shared/version.ts'

/** What has a name of its own in the document; everything else stands where it is used. */
const named = z.registry<{ id: string }>()
for (const [id, schema] of Object.entries({
  Alert,
  EvidenceHead,
  Health,
  Listing,
  ListingPage,
  Match,
  OutboxMessage: OutboxRow,
  Problem: Failure,
  Run,
  RunAlert,
  RunSummary,
  RunWithAlerts,
  SearchPage,
}))
  named.add(schema, { id })

const tags = [
  { name: 'alerts', description: 'What you want to hear of.' },
  { name: 'cycles', description: 'One pass over all due alerts, and its record.' },
  { name: 'fleet', description: 'The regional workers: their state, commands to them, and what is done by hand.' },
  { name: 'sessions', description: 'The anonymous visitor’s cookies of one market on one worker.' },
  { name: 'finds', description: 'What was found: the history, kept and dismissed' },
  { name: 'statistics', description: 'How fresh, at what cost, with what success' },
  { name: 'messages', description: 'What waits, was sent or failed.' },
  { name: 'people', description: 'The owner and everybody invited: who may log in and write to the bot.' },
  { name: 'feeds', description: 'Finds as RSS, at an address that is itself the key.' },
  { name: 'webhooks', description: 'Where finds go besides Telegram.' },
  { name: 'bot', description: 'What Telegram calls.' },
]

const description = `Every call wants the header \`x-api-key\` (or the login of the page), unless it says otherwise. Bodies are JSON; unknown fields are refused.

Whatever is not a success is one \`application/problem+json\` (*Problem* below): \`code\` is stable, \`error\` is for people and
names the field. \`Retry-After\` says when it is worth trying again. A refusal by Vinted itself is \`httpStatus: 403\`, sent as 502.`

type Operation = { responses?: Record<string, unknown> }
type Paths = Record<string, Record<string, Operation>>

const PROBLEM = { $ref: '#/components/responses/Problem' }
const problemAnswer = {
  description: 'Anything that is not a success.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** The errors stand in the document once; each operation only points there. */
const withProblems = (paths: Paths): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [
          method,
          { ...operation, responses: { ...operation.responses, default: PROBLEM } },
        ]),
      ),
    ]),
  )

const addComponents = createJsonSchemaTransformObject({ schemaRegistry: named })

const complete: typeof addComponents = (input) => {
  const document = addComponents(input) as { paths?: Paths; components?: object }
  return {
    ...document,
    paths: withProblems(document.paths ?? {}),
    components: { ...document.components, responses: { Problem: problemAnswer } },
  }
}

/** For `@fastify/swagger`: an OpenAPI 3.1 document out of the zod schemas that the routes check with. */
export const apiDocument: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Vigie', version, description },
    servers: [{ url: '/' }],
    tags,
    components: {
      securitySchemes: { key: { type: 'apiKey', name: 'x-api-key', in: 'header', description: 'API_SECRET' } },
    },
    security: [{ key: [] }],
  },
  transform: createJsonSchemaTransform({ schemaRegistry: named }),
  transformObject: complete,
}
