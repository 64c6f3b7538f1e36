import { fastifyCookie } from '@fastify/cookie'
import { fastifyHelmet } from '@fastify/helmet'
import type { FastifyRequest, RouteOptions } from 'fastify'
import { Health } from '#shared/contracts/health.ts'
import { createServer } from '#shared/http/create-server.ts'
import { sendProblem } from '#shared/http/send-problem.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { createKeyCheck, createRefusal } from '#shared/http/require-key.ts'
import { version } from '#shared/version.ts'
import type { Context } from '../context.ts'
import { readSession } from '../people/login.ts'
import { crossSite, isOurOwnPage, isReading, notAllowed, sessionCookie } from './access.ts'
import { mayAsk } from '../people/access.ts'
import type { Actor } from '../people/access.ts'
import { addAlertRoutes } from './alert-routes.ts'
import { addControlRoutes } from './control-routes.ts'
import { addDocs } from './docs/add-docs.ts'
import { addEventRoutes } from './event-routes.ts'
import { addFeedRoutes } from './feed-routes.ts'
import { addFindRoutes } from './find-routes.ts'
import { addFleetRoutes } from './fleet-routes.ts'
import { addOutboxRoutes } from './outbox-routes.ts'
import { addPages } from './pages/add-pages.ts'
import { addPeopleRoutes } from './people-routes.ts'
import { isForPerson, sendProblemPage } from './pages/send-problem-page.ts'
import { addRunRoutes } from './run-routes.ts'
import { addStatisticsRoutes } from './statistics-routes.ts'
import { addTelegramRoutes } from './telegram-routes.ts'
import { addTokenRoutes } from './token-routes.ts'
import { addWebhookRoutes } from './webhook-routes.ts'

/** Photos come from Vinted's image hosts; everything else from here. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'https://*.vinted.net'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
}

const healthSchema = { summary: 'Whether this process lives; no key', tags: ['fleet'], response: { 200: Health } }

/** The key speaks for the owner, the cookie for whoever logged in. */
function createIdentify({ config, database }: Context): (request: FastifyRequest) => Promise<Actor | null> {
  const hasKey = createKeyCheck(config.apiKeys)
  const { name } = sessionCookie(config.isSecure)
  return async (request) => {
    if (hasKey(request)) return { person: await database.call('get_owner', {}), via: 'key' }
    const token = request.cookies[name]
    const person = token === undefined ? null : await readSession({ database }, token)
    return person && { person, via: 'session' }
  }
}

/** Default deny: a route is the owner's where it does not say otherwise. Checked before a body is read. */
export function createMainServer(context: Context, onRoute?: (route: RouteOptions) => void): HttpServer {
  const app = createServer(context.logger, (error, request, reply, logger) => {
    if (isForPerson(request)) sendProblemPage(error, request, reply, context)
    else sendProblem(error, request, reply, logger)
  })
  if (onRoute) app.addHook('onRoute', onRoute)
  const identify = createIdentify(context)
  const refuse = createRefusal(app, context.config.isBehindFly)
  void app.register(fastifyCookie)
  void app.register(fastifyHelmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    // Fly.io ends TLS in front of us, and a home server may have none.
    strictTransportSecurity: context.config.isSecure,
    referrerPolicy: { policy: 'same-origin' },
  })
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request, reply) => {
    const { access = request.is404 ? 'person' : 'owner' } = request.routeOptions.config
    const isPage = isForPerson(request)
    if (access !== 'anybody' || request.headers['x-api-key'] !== undefined) request.actor = await identify(request)
    const isBrowser = request.actor === null ? isPage : request.actor.via === 'session'
    if (isBrowser && !isReading(request) && !isOurOwnPage(request)) throw crossSite()
    if (mayAsk(access, request.actor?.person.role ?? null)) return
    if (request.actor !== null) throw notAllowed(access)
    if (!isPage) throw await refuse(request)
    await reply.redirect(`/login?next=${encodeURIComponent(isReading(request) ? request.url : '/')}`, 303)
  })
  addDocs(app)
  app.get('/api/health', { config: { access: 'anybody' }, schema: healthSchema }, (): Health => ({
    status: 'ok',
    version,
    uptimeS: Math.floor(process.uptime()),
  }))
  addAlertRoutes(app, context)
  addRunRoutes(app, context)
  addFleetRoutes(app, context)
  addControlRoutes(app, context)
  addTokenRoutes(app, context)
  addOutboxRoutes(app, context)
  addFindRoutes(app, context)
  addPeopleRoutes(app, context)
  addEventRoutes(app, context)
  addStatisticsRoutes(app, context)
  addWebhookRoutes(app, context)
  addFeedRoutes(app, context)
  addTelegramRoutes(app, context)
  addPages(app, context, refuse)
  return app
}
