import { fastifySwagger } from '@fastify/swagger'
import { fastifySwaggerUi } from '@fastify/swagger-ui'
import Fastify from 'fastify'
import type { FastifyInstance, FastifySchema, HTTPMethods } from 'fastify'
import { apiDocument } from './api-document.ts'

/** A route as the document needs it. */
export type DocumentedRoute = {
  method: HTTPMethods | HTTPMethods[]
  url: string
  schema: FastifySchema & { security?: readonly object[] }
}

/** Only our own files; React writes `style` attributes. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><text x="0" y="28" font-family="sans-serif" font-size="26" fill="#fff">Vigie</text></svg>`

/**
 * A server that never listens: it holds the declarations of `routes`, without what they do, because `@fastify/swagger` only
 * knows the routes of the server it is registered on. Answers `/docs`, `/docs/json`, `/docs/yaml` and the page's own files.
 */
export async function createDocsServer(routes: readonly DocumentedRoute[]): Promise<FastifyInstance> {
  const docs = Fastify({ logger: false })
  docs.setValidatorCompiler(() => () => true)
  docs.setSerializerCompiler(() => (data) => JSON.stringify(data))
  docs.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
  })
  await docs.register(fastifySwagger, apiDocument)
  await docs.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: POLICY,
    validatorUrl: false,
    theme: { title: 'Vigie: API' },
    logo: { type: 'image/svg+xml', content: logo, href: '/' },
    uiConfig: { docExpansion: 'list', deepLinking: false, defaultModelsExpandDepth: 0 },
  })
  for (const route of routes) docs.route({ ...route, handler: () => null })
  await docs.ready()
  return docs
}
