import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { renderConfirm } from '../../dashboard/parts/render-confirm.ts'
import { renderWebhooks } from '../../dashboard/ways-out/render-webhooks.ts'
import type { WebhookField, WebhooksTold } from '../../dashboard/ways-out/render-webhooks.ts'
import { waysOutTexts } from '../../dashboard/ways-out/texts.ts'
import { addWebhook, WebhookInput } from '../../webhooks/add-webhook.ts'
import { actorOf } from '../access.ts'
import { scopeOf } from '../../people/access.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const member = { config: { access: 'member' } } as const
const params = z.object({ id: z.uuid('wants a webhook id') })
const Confirmed = z.object({ confirmed: z.literal('yes').optional() }).default({})
const Told = z.object({ done: z.literal('removed').optional() })
const Form = z.object({
  kind: z.string().max(100).default(''),
  name: z.string().max(1_000).default(''),
  url: z.string().max(10_000).default(''),
})

const FIELDS: readonly string[] = ['kind', 'name', 'url'] satisfies WebhookField[]

/** The field that a refusal names; `key`: main cannot seal anything. Null for what is no fault of the form. */
function wrongField(error: unknown): WebhookField | 'key' | null {
  if (!(error instanceof ProblemError)) return null
  if (error.code === 'NO_COOKIE_ENCRYPTION_KEY') return 'key'
  const field = error.extra.issues?.[0]?.field ?? ''
  return FIELDS.includes(field) ? (field as WebhookField) : null
}

/** Discord channels and programs of a person. Their addresses are shown to nobody. */
export function addWebhooksPages({ app, context }: Pages): void {
  const { database, logger } = context

  /** The owner's are those of nobody else, and the owner sees everybody's. */
  const webhooksOf = (request: FastifyRequest) =>
    database.call('list_webhooks', { person_id: scopeOf(actorOf(request)) })
  const show = async (request: FastifyRequest, reply: FastifyReply, told: WebhooksTold) => {
    const viewer = viewerOf(request, context)
    const content = renderWebhooks(await webhooksOf(request), told, viewer)
    return sendPage(request, reply, context, waysOutTexts[viewer.language].title, content)
  }

  app.get('/webhooks', { ...member, schema: { querystring: Told } }, (request, reply) =>
    show(request, reply, { isRemoved: request.query.done === 'removed' }),
  )

  app.post('/webhooks', { ...member, schema: { body: Form } }, async (request, reply) => {
    const { kind, name } = request.body
    const refuse = (field: WebhookField | 'key') => show(request, reply.code(400), { wrong: { field, kind, name } })
    const input = WebhookInput.safeParse(request.body)
    if (!input.success) return refuse((input.error.issues[0]?.path[0] as WebhookField | undefined) ?? 'url')
    try {
      const added = await addWebhook(context, input.data, scopeOf(actorOf(request)))
      logLine(logger, 'byHand', { what: `add the webhook "${added.name}" (${added.host})` })
      return await show(request, reply, { added: { name: added.name, secret: added.secret ?? null } })
    } catch (error) {
      const field = wrongField(error)
      if (field === null) throw error
      return refuse(field)
    }
  })

  app.post('/webhooks/:id/remove', { ...member, schema: { params, body: Confirmed } }, async (request, reply) => {
    const { id } = request.params
    const webhook = (await webhooksOf(request)).find((each) => each.id === id)
    if (!webhook) throw new ProblemError(404, 'NOT_FOUND', `no webhook ${id}`)
    if (request.body.confirmed) {
      await database.call('delete_webhook', { id })
      logLine(logger, 'byHand', { what: `remove the webhook "${webhook.name}"` })
      return reply.redirect('/webhooks?done=removed', 303)
    }
    const { language } = viewerOf(request, context)
    const t = waysOutTexts[language]
    const question = t.askRemove(webhook.name, webhook.alerts)
    const content = renderConfirm({ question, what: t.doRemove, action: request.url, back: '/webhooks' }, language)
    return sendPage(request, reply, context, t.remove, content)
  })
}
