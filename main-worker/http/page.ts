import { randomBytes } from 'node:crypto'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { readStats } from '../fleet/read-stats.ts'
import { renderHome } from '../dashboard/render-home.ts'

const MESSAGES_SHOWN = 20

/** The plain page: fleet, alerts, last messages. Behind the key, except for a person at this machine. */
export function addPage(app: HttpServer, context: Context): void {
  app.get('/', { config: { access: 'on-loopback' } }, async (_request, reply) => {
    const { database, clock } = context
    const [stats, alerts, messages] = await Promise.all([
      readStats(context),
      database.call('list_alerts', {}),
      database.call('list_outbox', { status: null, most: MESSAGES_SHOWN }),
    ])
    const nonce = randomBytes(16).toString('base64url')
    const policy = `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
    return reply
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(String(await renderHome({ stats, alerts, messages, now: clock.now(), nonce })))
  })
}
