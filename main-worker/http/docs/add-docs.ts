import type { FastifyInstance, RouteHandlerMethod, RouteOptions } from 'fastify'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { DocumentedRoute } from './create-docs-server.ts'

/** What programs call. The pages are for people, and /docs is the document itself. */
const isApi = (url: string): boolean => /^\/(api|feeds|telegram)\//.test(url)

/** A route that anybody may ask says so in the document too. */
const toDocumented = ({ method, url, schema, config }: RouteOptions): DocumentedRoute => ({
  method,
  url,
  schema: { ...schema, ...(config?.access === 'anybody' && { security: [] }) },
})

/**
 * `GET /docs` (a page), `/docs/json` and `/docs/yaml`: every API route that is added after this call. Made at the first
 * question: most fleets are never asked, and it costs main's start nothing (100 ms and 8 MB then). Who may look is decided
 * like everywhere else, by the hook of this server.
 */
export function addDocs(app: HttpServer): void {
  const routes: DocumentedRoute[] = []
  let docs: Promise<FastifyInstance> | null = null
  app.addHook('onRoute', (route) => {
    if (isApi(route.url) && route.method !== 'HEAD') routes.push(toDocumented(route))
  })
  app.addHook('onClose', async () => (await docs)?.close())
  const answer: RouteHandlerMethod = async (request, reply) => {
    docs ??= import('./create-docs-server.ts').then(({ createDocsServer }) => createDocsServer(routes))
    const server = await docs
    reply.hijack()
    server.routing(request.raw, reply.raw)
  }
  app.get('/docs', { config: { isPage: true }, schema: { hide: true } }, answer)
  app.get('/docs/*', { schema: { hide: true } }, answer)
}
