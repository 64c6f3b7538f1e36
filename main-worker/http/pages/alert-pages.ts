import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Search } from '#shared/contracts/alert.ts'
import { marketIds } from '#shared/marketplaces/vinted/markets.ts'
import { changedSearchFields, cloneAlert, updateAlert } from '../../alerts/alert-store.ts'
import { changeFields } from '../../alerts/change-fields.ts'
import type { Change } from '../../alerts/change-fields.ts'
import { AlertFilter } from '../../alerts/filter-alerts.ts'
import { onlyOwn, requireAlert, requireDetails } from '../../alerts/own-alerts.ts'
import { readAlertForm, textOf } from '../../alerts/read-alert-form.ts'
import { sendTest } from '../../deliveries/send-test.ts'
import { readAlertWays } from '../../webhooks/read-alert-ways.ts'
import { snoozes, snoozeUntil } from '../../alerts/snooze-until.ts'
import { toAlertForm } from '../../alerts/to-alert-form.ts'
import { tryPreview } from '../../alerts/try-preview.ts'
import { alertFormTexts } from '../../dashboard/alerts/form-texts.ts'
import { listPath } from '../../dashboard/alerts/list-path.ts'
import { renderAlert } from '../../dashboard/alerts/render-alert.ts'
import { renderEdit } from '../../dashboard/alerts/render-edit.ts'
import type { Edit } from '../../dashboard/alerts/render-edit.ts'
import { renderTold } from '../../dashboard/alerts/render-told.ts'
import { alertsTexts } from '../../dashboard/alerts/texts.ts'
import { renderConfirm } from '../../dashboard/parts/render-confirm.ts'
import { actorOf } from '../access.ts'
import { mayAsk, scopeOf } from '../../people/access.ts'
import { Form, previewSignal } from './alert-new-pages.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const params = z.object({ id: z.uuid('wants an alert id') })
const Back = AlertFilter.extend({ back: z.literal('list').optional() })
const Snooze = z.object({ for: z.enum(snoozes), at: z.string().max(30).default('') })
const Clone = z.object({ market: z.enum(marketIds as [string, ...string[]]) })
const Confirmed = z.object({ confirmed: z.literal('yes').optional() })
const Told = z.object({ done: z.string().max(50).optional() })

const member = { config: { access: 'member' } } as const
const scopeFor = (request: FastifyRequest): string | null => scopeOf(actorOf(request))
const onItsPage = (id: string, done: string): string => `/alerts/${id}?done=${done}`

/** One alert: its page, its form, and what is done with it. Somebody else's does not exist. */
export function addAlertPages(pages: Pages): void {
  addPage(pages)
  addStates(pages)
  addVerbs(pages)
  addEdit(pages)
}

function addPage({ app, context }: Pages): void {
  app.get(
    '/alerts/:id',
    { config: { access: 'person' }, schema: { params, querystring: Told } },
    async (request, reply) => {
      const viewer = viewerOf(request, context)
      const details = await requireDetails(context, request.params.id, scopeFor(request))
      const told = renderTold({ done: request.query.done }, viewer.language)
      const { role } = actorOf(request).person
      const eye = { ...viewer, mayChange: mayAsk('member', role), seesRuns: mayAsk('observer', role) }
      const ways = await readAlertWays(context, details.alert, request)
      const content = renderAlert(details, ways, context.config.beat, told, eye)
      return sendPage(request, reply, context, details.alert.name, content)
    },
  )
}

/** Pause, resume, snooze: from its page, or from the list and back there. */
function addStates({ app, context }: Pages): void {
  const change = async (request: FastifyRequest, id: string, to: Change) => {
    await requireAlert(context, id, scopeFor(request))
    await updateAlert(context, id, changeFields(to))
  }

  const goBack = (id: string, { back, ...filter }: z.infer<typeof Back>, done: string): string =>
    back ? listPath(filter, { done }) : onItsPage(id, done)

  app.post('/alerts/:id/pause', { ...member, schema: { params, body: Back.prefault({}) } }, async (request, reply) => {
    await change(request, request.params.id, { to: 'paused' })
    return reply.redirect(goBack(request.params.id, request.body, 'paused'), 303)
  })

  app.post('/alerts/:id/resume', { ...member, schema: { params, body: Back.prefault({}) } }, async (request, reply) => {
    await change(request, request.params.id, { to: 'resumed' })
    return reply.redirect(goBack(request.params.id, request.body, 'resumed'), 303)
  })

  app.post('/alerts/:id/snooze', { ...member, schema: { params, body: Snooze } }, async (request, reply) => {
    const { timeZone, now } = viewerOf(request, context)
    const until = snoozeUntil(request.body.for, request.body.at, timeZone, now)
    await requireAlert(context, request.params.id, scopeFor(request))
    if (until === null) return reply.redirect(onItsPage(request.params.id, 'badTime'), 303)
    await change(request, request.params.id, { to: 'snoozed', until })
    return reply.redirect(onItsPage(request.params.id, 'snoozed'), 303)
  })
}

function addVerbs({ app, context }: Pages): void {
  const { database, channel } = context

  app.post('/alerts/:id/test', { ...member, schema: { params } }, async (request, reply) => {
    const { id, chatId, topicId, language } = await requireAlert(context, request.params.id, scopeFor(request))
    const chat = chatId ?? (await database.call('get_owner_chat', {}))
    // Where no chat is known the console hears it.
    const place =
      chat === null ? { channel: 'console', destination: 'console' } : { channel, destination: chat, topicId }
    const test = await sendTest(context, { ...place, language })
    const message = await database.call('get_outbox', test)
    return reply.redirect(onItsPage(id, message?.status === 'failed' ? 'closed' : 'tested'), 303)
  })

  app.post('/alerts/:id/clone', { ...member, schema: { params, body: Clone } }, async (request, reply) => {
    const { id } = await requireAlert(context, request.params.id, scopeFor(request))
    const clone = await cloneAlert(context, id, request.body.market, {})
    return reply.redirect(clone === null ? '/alerts' : onItsPage(clone.id, 'cloned'), 303)
  })

  app.post(
    '/alerts/:id/delete',
    { ...member, schema: { params, body: Confirmed.default({}) } },
    async (request, reply) => {
      const { id, name } = await requireAlert(context, request.params.id, scopeFor(request))
      if (request.body.confirmed) {
        await database.call('delete_alert', { id })
        return reply.redirect('/alerts?done=bulkDeleted&n=1', 303)
      }
      const { language } = viewerOf(request, context)
      const t = alertsTexts[language]
      const question = `${t.askDelete(1)} (${name})`
      const confirm = { question, what: t.doDelete(1), action: `/alerts/${id}/delete`, back: `/alerts/${id}` }
      return sendPage(request, reply, context, t.delete, renderConfirm(confirm, language))
    },
  )
}

function addEdit({ app, context }: Pages): void {
  const { database } = context

  const show = (request: FastifyRequest, reply: FastifyReply, edit: Omit<Edit, 'hasChat'>) => {
    const viewer = viewerOf(request, context)
    const hasChat = scopeFor(request) === null
    const title = alertFormTexts[viewer.language].editTitle(edit.alert.name)
    return sendPage(request, reply, context, title, renderEdit({ ...edit, hasChat }, viewer))
  }

  app.get('/alerts/:id/edit', { ...member, schema: { params } }, async (request, reply) => {
    const alert = await requireAlert(context, request.params.id, scopeFor(request))
    const form = toAlertForm(alert)
    return show(request, reply, { alert, form, wrong: new Set(), newBaseline: null, preview: null })
  })

  app.post('/alerts/:id/edit', { ...member, schema: { params, body: Form } }, async (request, reply) => {
    const { body: form } = request
    const alert = await requireAlert(context, request.params.id, scopeFor(request))
    const read = readAlertForm(form)
    const intent = textOf(form, 'intent')
    const edit = { alert, form, wrong: new Set<string>(), newBaseline: null, preview: null }
    if (read.kind === 'wrong') {
      void reply.code(422)
      return show(request, reply, { ...edit, wrong: read.fields })
    }
    if (intent === 'preview') {
      const preview = await tryPreview(context, read.changes, previewSignal(context, request, reply))
      return show(request, reply, { ...edit, preview })
    }
    const isAnother = changedSearchFields(alert, Search.parse(read.changes)).length > 0
    if (isAnother && alert.lastCheckedAt !== null && intent !== 'save-anew') {
      const details = await database.call('read_alert_details', { id: alert.id })
      void reply.code(422)
      return show(request, reply, { ...edit, newBaseline: details?.allFinds ?? 0 })
    }
    await updateAlert(context, alert.id, onlyOwn(read.changes, scopeFor(request)))
    return reply.redirect(onItsPage(alert.id, 'saved'), 303)
  })
}
