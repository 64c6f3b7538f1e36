import { html } from 'hono/html'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import { exportAlerts, importAlerts } from '../../alerts/import-alerts.ts'
import type { ImportProblem } from '../../alerts/import-alerts.ts'
import { changeFields } from '../../alerts/change-fields.ts'
import type { Change } from '../../alerts/change-fields.ts'
import { AlertFilter, filterAlerts } from '../../alerts/filter-alerts.ts'
import { listAlerts } from '../../alerts/list-alerts.ts'
import { snoozeUntil } from '../../alerts/snooze-until.ts'
import { listPath } from '../../dashboard/alerts/list-path.ts'
import { renderAlerts } from '../../dashboard/alerts/render-alerts.ts'
import { renderImport } from '../../dashboard/alerts/render-import.ts'
import { renderTold } from '../../dashboard/alerts/render-told.ts'
import { alertFormTexts } from '../../dashboard/alerts/form-texts.ts'
import { alertsTexts } from '../../dashboard/alerts/texts.ts'
import { renderConfirm } from '../../dashboard/parts/render-confirm.ts'
import { actorOf } from '../access.ts'
import { mayAsk, scopeOf } from '../../people/access.ts'
import { addAlertNewPages } from './alert-new-pages.ts'
import { addAlertPages } from './alert-pages.ts'
import type { Context } from '../../context.ts'
import type { Pages } from './pages.ts'
import { LARGE_FORM, sendPage, viewerOf } from './pages.ts'

const Told = z.object({
  done: z.string().max(50).optional(),
  n: z.coerce.number().int().min(0).optional(),
  skipped: z.coerce.number().int().min(0).optional(),
  refused: z.coerce.number().int().min(0).optional(),
})
const OneOrMany = z
  .union([z.uuid(), z.array(z.uuid()).max(10_000)])
  .default([])
  .transform((ids) => (typeof ids === 'string' ? [ids] : ids))
const Selection = AlertFilter.extend({ ids: OneOrMany, all: z.literal('yes').optional() })

const bulkActions = ['pause', 'resume', 'snooze-1h', 'snooze-8h', 'snooze-tomorrow', 'delete'] as const
const Bulk = Selection.extend({ action: z.enum(bulkActions), confirmed: z.literal('yes').optional() })
type Selection = z.infer<typeof Selection>

/** The list of alerts, and what is done with many of them at once. */
export function addAlertsPages(pages: Pages): void {
  addAlertNewPages(pages)
  addAlertPages(pages)
  addList(pages)
  addBulk(pages)
  addExport(pages)
  addImport(pages)
}

const mayChange = (request: FastifyRequest): boolean => mayAsk('member', actorOf(request).person.role)

function addList({ app, context }: Pages): void {
  const querystring = AlertFilter.extend({ page: z.coerce.number().int().min(1).default(1), ...Told.shape })

  app.get('/alerts', { config: { access: 'person' }, schema: { querystring } }, async (request, reply) => {
    const { done, n, skipped, refused, page, ...filter } = request.query
    const viewer = viewerOf(request, context)
    const list = await listAlerts(context, scopeOf(actorOf(request)), filter, page)
    const told = renderTold({ done, n, skipped, refused }, viewer.language)
    const content = renderAlerts(list, context.config.beat, told, { ...viewer, mayChange: mayChange(request) })
    return sendPage(request, reply, context, alertsTexts[viewer.language].title, content)
  })
}

/** Those that were ticked, or all that the filter leaves; somebody else's are not among them. */
async function selected(
  { database }: Pick<Context, 'database'>,
  { ids, all, ...filter }: Selection,
  scope: string | null,
  now: number,
): Promise<string[]> {
  const { alerts } = await database.call('read_alert_activity', { person_id: scope })
  if (!all) {
    const ticked = new Set(ids)
    return alerts.filter(({ id }) => ticked.has(id)).map(({ id }) => id)
  }
  return filterAlerts(alerts, filter, now).map(({ id }) => id)
}

function addBulk({ app, context }: Pages): void {
  const { database } = context

  app.post(
    '/alerts/bulk',
    { config: { access: 'member' }, schema: { body: Bulk }, ...LARGE_FORM },
    async (request, reply) => {
      const { action, confirmed, ...selection } = request.body
      const { q, market, state } = selection
      const filter = { q, market, state }
      const scope = scopeOf(actorOf(request))
      const { language, timeZone, now } = viewerOf(request, context)
      const ids = await selected(context, selection, scope, now)
      const back = (done: string, n: number) => reply.redirect(listPath(filter, { done, n }), 303)
      if (ids.length === 0) return back('nothing', 0)
      const change = (to: Change) =>
        database.call('change_alerts', { ids, changes: changeFields(to), person_id: scope })
      switch (action) {
        case 'pause':
          return back('bulkPaused', await change({ to: 'paused' }))
        case 'resume':
          return back('bulkResumed', await change({ to: 'resumed' }))
        case 'snooze-1h':
        case 'snooze-8h':
        case 'snooze-tomorrow': {
          const snooze = action.slice('snooze-'.length) as '1h' | '8h' | 'tomorrow'
          const until = snoozeUntil(snooze, '', timeZone, now)
          return until === null ? back('nothing', 0) : back('bulkSnoozed', await change({ to: 'snoozed', until }))
        }
        case 'delete': {
          if (confirmed) return back('bulkDeleted', await database.call('delete_alerts', { ids, person_id: scope }))
          const t = alertsTexts[language]
          const question = t.askDelete(ids.length)
          const fields = [
            ['action', 'delete'],
            ...Object.entries(filter),
            ...ids.map((id) => ['ids', id] as const),
          ] as const
          const confirm = {
            question,
            what: t.doDelete(ids.length),
            action: '/alerts/bulk',
            fields,
            back: listPath(filter),
          }
          return sendPage(request, reply, context, t.delete, renderConfirm(confirm, language))
        }
        default:
          return action satisfies never
      }
    },
  )
}

/** Those that are ticked or left by the filter, as import takes them. */
function addExport({ app, context }: Pages): void {
  const { database, clock } = context

  app.get(
    '/alerts/export.json',
    { config: { access: 'person' }, schema: { querystring: Selection } },
    async (request, reply) => {
      const scope = scopeOf(actorOf(request))
      const { ids, all, ...filter } = request.query
      const wanted = new Set(
        ids.length > 0 && !all ? ids : await selected(context, { ...filter, ids, all: 'yes' }, scope, clock.now()),
      )
      const alerts = await database.call('list_alerts', { person_id: scope })
      const day = new Date(clock.now()).toISOString().slice(0, 10)
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="vigie-alerts-${day}.json"`)
        .header('cache-control', 'no-store')
        .send(exportAlerts(alerts.filter(({ id }) => wanted.has(id))))
    },
  )
}

function addImport({ app, context }: Pages): void {
  const access = { config: { access: 'member' } } as const

  const show = (
    request: FastifyRequest,
    reply: Parameters<typeof sendPage>[1],
    typed: string,
    problems: readonly ImportProblem[],
    broken: string | null,
  ) => {
    const { language } = viewerOf(request, context)
    const isMember = scopeOf(actorOf(request)) !== null
    const content = renderImport({ typed, problems, broken, isMember }, language)
    return sendPage(request, reply, context, alertFormTexts[language].importTitle, html`${content}`)
  }

  app.get('/alerts/import', access, (request, reply) => show(request, reply, '', [], null))

  app.post(
    '/alerts/import',
    { ...access, schema: { body: z.object({ json: z.string() }) }, ...LARGE_FORM },
    async (request, reply) => {
      const { json } = request.body
      const actor = actorOf(request)
      try {
        const imported = await importAlerts(context, json, { scope: scopeOf(actor), chatId: actor.person.chatId })
        if (imported.kind === 'saved')
          return reply.redirect(`/alerts?done=imported&n=${imported.created}&skipped=${imported.skipped}`, 303)
        void reply.code(422)
        return await show(request, reply, json, imported.problems, null)
      } catch (error) {
        if (!(error instanceof ProblemError) || error.httpStatus !== 400) throw error
        void reply.code(400)
        return show(request, reply, json, [], error.message)
      }
    },
  )
}
