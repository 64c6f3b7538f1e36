import { z } from 'zod'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { askSale } from '../finds/ask-sale.ts'
import { findFilter, FindQuery } from '../finds/find-query.ts'
import { markFind } from '../finds/mark-find.ts'
import { readFinds } from '../finds/read-finds.ts'
import { actorOf } from './access.ts'
import { scopeOf } from '../people/access.ts'

const params = z.object({
  alertId: z.uuid('wants an alert id'),
  itemId: z.coerce.number('wants an item id').int().positive(),
})
const tags = ['finds']

const marking = {
  keep: 'Keep a find: it stays in the history however old it gets',
  dismiss: 'Dismiss a find',
  restore: 'Take a mark back',
} as const

/** The history of finds. */
export function addFindRoutes(app: HttpServer, context: Context): void {
  app.get(
    '/api/v1/finds',
    {
      config: { access: 'person' },
      schema: {
        summary: 'The history of finds, newest first',
        description: '`nextCursor` is the `cursor` of the next page, null on the last.',
        tags,
        querystring: FindQuery,
      },
    },
    (request) => {
      const { limit, cursor = null, ...asked } = request.query
      const filter = findFilter(asked, context.clock.now())
      return readFinds(context, { filter, cursor, most: limit, scope: scopeOf(actorOf(request)) })
    },
  )

  for (const verb of ['keep', 'dismiss', 'restore'] as const) {
    app.post(
      `/api/v1/finds/:alertId/:itemId/${verb}`,
      { config: { access: 'member' }, schema: { summary: marking[verb], tags, params } },
      (request) => markFind(context, verb, request.params, scopeOf(actorOf(request))),
    )
  }

  app.post(
    '/api/v1/finds/:alertId/:itemId/ask',
    {
      config: { access: 'member' },
      schema: {
        summary: 'Ask the site whether a find is still for sale',
        description: '`sale` of the answer says so, and when.',
        tags,
        params,
      },
    },
    (request, reply) => {
      const signal = AbortSignal.any([callerGone(request, reply), context.stopping])
      return askSale(context, request.params, scopeOf(actorOf(request)), signal)
    },
  )
}
