import Fastify from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { ProblemError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { refuseOverload } from './refuse-overload.ts'
import { parseJson, refuseUnstorableText } from './parse-json.ts'
import { refuseBrokenRequest } from './refuse-broken-request.ts'
import { sendProblem } from './send-problem.ts'
import { fieldIssues } from './field-issues.ts'

export const BODY_LIMIT = 64 * 1024

/**
 * An HTTP server with the defaults of both kinds of worker: zod schemas, unknown fields refused, one shape of error, no
 * CORS, slow clients cut off. Bodies are JSON only; an empty body is no body. `answerProblem` may say it in another way than JSON.
 */
export function createServer(logger: Logger, answerProblem = sendProblem) {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 15_000,
    routerOptions: { maxParamLength: 200 },
    // Node takes the larger of the two for the body: a header timeout of its own would let a slow body live for a minute.
    http: { connectionsCheckingInterval: 1_000, headersTimeout: 10_000 },
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, logger),
    clientErrorHandler: refuseBrokenRequest,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  }).withTypeProvider<ZodTypeProvider>()

  refuseOverload(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJson(String(body)))
    } catch (error) {
      done(error as Error)
    }
  })
  // An empty body is no body, whatever a scheduler says of its type.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else done(new ProblemError(415, 'UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json'))
  })
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    const parsed = schema.safeParse(data ?? undefined, { reportInput: true })
    if (parsed.success) return { value: parsed.data }
    const issues = fieldIssues(parsed.error, httpPart ?? 'body')
    const message = issues.map((issue) => `${issue.field}: ${issue.message}`).join('; ')
    return { error: new ProblemError(400, 'VALIDATION_FAILED', message, { issues }) }
  })
  // Answers are checked by types where they are made; a response schema is for the API's document.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  // Bodies are looked at while they are parsed; addresses hold text too. After the schemas: they know better words.
  app.addHook('preHandler', (request, _reply, done) => {
    try {
      for (const part of [request.params, request.query])
        for (const value of Object.values(part as Record<string, unknown>).flat())
          if (typeof value === 'string') refuseUnstorableText(value)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, logger))
  app.setNotFoundHandler((request) => {
    throw new ProblemError(404, 'NOT_FOUND', `no route ${request.method} ${request.url.split('?')[0]}`)
  })
  return app
}

export type HttpServer = ReturnType<typeof createServer>
