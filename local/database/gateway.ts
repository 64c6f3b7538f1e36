import { fastify } from 'fastify'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from '#shared/logger.ts'
import { createRoleOf } from './api-key.ts'
import { isSqlError } from './driver.ts'
import { RpcError, answerTo, notReady, unknownKey } from './rpc-errors.ts'
import type { Rpc } from './rpc.ts'

const BODY_LIMIT_BYTES = 8 * 1024 * 1024
const OBJECT = 'application/vnd.pgrst.object+json'

type Deps = {
  serviceRoleKey: string
  logger: Logger
  /** Undefined while the database is not open yet. */
  rpc: () => Rpc | undefined
}

/** PostgREST's `POST /rest/v1/rpc/<function>`, as far as our own functions use it, and `GET /health`. */
export function createGateway({ serviceRoleKey, logger, rpc }: Deps): FastifyInstance {
  const roleOf = createRoleOf(serviceRoleKey)
  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES })
  app.removeAllContentTypeParsers()
  // Unparsed: PostgreSQL reads the numbers of the raw text, JavaScript would round them.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setNotFoundHandler(() => {
    throw new RpcError(404, 'PGRST125', 'Invalid path specified in request URL')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const role = roleOf(request.headers) === 'service_role' ? 'service_role' : 'anon'
    const { status, body } = answerTo(fromFastify(error), role)
    if (status >= 500) logFailure(logger, request, error)
    return reply.code(status).send(body)
  })

  app.get('/health', (_request, reply) =>
    rpc() ? reply.send({ status: 'ok' }) : reply.code(503).send({ status: 'starting' }),
  )
  app.post<{ Params: { name: string }; Body?: string }>('/rest/v1/rpc/:name', async (request, reply) => {
    const role = roleOf(request.headers)
    if (role === 'unknown') throw unknownKey()
    const call = rpc()
    if (!call) throw notReady()
    const shape = request.headers.accept?.includes(OBJECT) ? 'object' : 'any'
    const json = await call({ name: request.params.name, role, shape, json: request.body ?? '' })
    if (json === null) return reply.code(204).send()
    return reply.type(`${shape === 'object' ? OBJECT : 'application/json'}; charset=utf-8`).send(json)
  })
  return app
}

/** What fastify refuses before us: a body too large, another content type. */
function fromFastify(error: FastifyError): Error {
  const { statusCode } = error
  if (statusCode === undefined || statusCode >= 500) return error
  return new RpcError(statusCode, error.code, error.message)
}

// Neither headers (the key) nor the parameters PGlite adds to its errors belong in a log.
function logFailure(logger: Logger, request: FastifyRequest, error: Error): void {
  const cause = isSqlError(error) ? { code: error.code } : { err: error }
  logger.error({ url: request.url, ...cause }, `a database call failed: ${error.message}`)
}
