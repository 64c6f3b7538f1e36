import { z } from 'zod'
import { updateAlert } from '../../alerts/alert-store.ts'
import { requireAlert } from '../../alerts/own-alerts.ts'
import { renderConfirm } from '../../dashboard/parts/render-confirm.ts'
import { waysOutTexts } from '../../dashboard/ways-out/texts.ts'
import { openFeed } from '../../feeds/feed-url.ts'
import { actorOf } from '../access.ts'
import { scopeOf } from '../../people/access.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const member = { config: { access: 'member' } } as const
const params = z.object({ id: z.uuid('wants an alert id') })
const Id = z.uuid('wants a webhook id')
const Chosen = z
  .object({ webhookIds: z.union([Id.transform((id) => [id]), z.array(Id).max(20)]).default([]) })
  .default({ webhookIds: [] })
const Confirmed = z.object({ confirmed: z.literal('yes').optional() }).default({})

/** Where else one alert writes: its webhooks and its feed. */
export function addAlertWaysPages({ app, context }: Pages): void {
  const { database } = context

  app.post('/alerts/:id/webhooks', { ...member, schema: { params, body: Chosen } }, async (request, reply) => {
    const { id } = await requireAlert(context, request.params.id, scopeOf(actorOf(request)))
    await updateAlert(context, id, request.body)
    return reply.redirect(`/alerts/${id}?done=saved`, 303)
  })

  app.post('/alerts/:id/feed', { ...member, schema: { params } }, async (request, reply) => {
    const { id } = await requireAlert(context, request.params.id, scopeOf(actorOf(request)))
    await openFeed(context, id, request)
    return reply.redirect(`/alerts/${id}#about-delivery`, 303)
  })

  app.post('/alerts/:id/feed/close', { ...member, schema: { params, body: Confirmed } }, async (request, reply) => {
    const { id } = await requireAlert(context, request.params.id, scopeOf(actorOf(request)))
    if (request.body.confirmed) {
      await database.call('close_feed', { alert_id: id })
      return reply.redirect(`/alerts/${id}#about-delivery`, 303)
    }
    const { language } = viewerOf(request, context)
    const t = waysOutTexts[language]
    const ask = { question: t.askCloseFeed, what: t.doCloseFeed, action: request.url, back: `/alerts/${id}` }
    return sendPage(request, reply, context, t.closeFeed, renderConfirm(ask, language))
  })
}
