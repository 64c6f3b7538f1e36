import type { FastifyRequest } from 'fastify'
import type { Health } from '#shared/contracts/health.ts'
import { createServer } from '#shared/http/create-server.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { createKeyCheck, createRefusal } from '#shared/http/require-key.ts'
import { version } from '#shared/version.ts'
import type { Context } from '../context.ts'
import { addAlertRoutes } from './alert-routes.ts'
import { addControlRoutes } from './control-routes.ts'
import { addFleetRoutes } from './fleet-routes.ts'
import { addOutboxRoutes } from './outbox-routes.ts'
import { addPage } from './page.ts'
import { addRunRoutes } from './run-routes.ts'
import { addTelegramRoutes } from './telegram-routes.ts'
import { addTokenRoutes } from './token-routes.ts'

/** Who may ask without a key. `on-loopback`: a person at this very machine. */
type Access = 'anybody' | 'on-loopback'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    hasKey: boolean
  }
}

const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Forwarded requests come from elsewhere, and a foreign Host is a page of another site that found our port (DNS rebinding). */
const isOnLoopback = ({ headers, socket }: FastifyRequest): boolean =>
  LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
  LOOPBACK_HOST.test(headers.host ?? '') &&
  headers['x-forwarded-for'] === undefined &&
  headers['fly-client-ip'] === undefined

/** Default deny: a route is open only where it says so. The key is checked before a body is read. */
export function createMainServer(context: Context): HttpServer {
  const app = createServer(context.logger)
  const hasKey = createKeyCheck(context.config.apiKeys)
  const refuse = createRefusal(app, context.config.isBehindFly)
  app.decorateRequest('hasKey', false)
  app.addHook('onRequest', async (request) => {
    request.hasKey = hasKey(request)
    const { access } = request.routeOptions.config
    const isOpen = access === 'anybody' || (access === 'on-loopback' && isOnLoopback(request))
    if (!request.hasKey && !isOpen) throw await refuse(request)
  })
  app.get('/api/health', { config: { access: 'anybody' } }, (): Health => ({
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
  addTelegramRoutes(app, context)
  addPage(app, context)
  return app
}
