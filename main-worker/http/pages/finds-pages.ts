import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { FindRow } from '#shared/database/finds.ts'
import { ProblemError } from '#shared/errors.ts'
import { callerGone } from '#shared/http/caller-gone.ts'
import type { Context } from '../../context.ts'
import { renderFinds } from '../../dashboard/finds/render-finds.ts'
import type { Told } from '../../dashboard/finds/render-finds.ts'
import { findKey, showFind } from '../../dashboard/finds/show-find.ts'
import { findsTexts } from '../../dashboard/finds/texts.ts'
import { askSale } from '../../finds/ask-sale.ts'
import { findCsv } from '../../finds/find-csv.ts'
import { markFind } from '../../finds/mark-find.ts'
import { parseFindPage } from '../../finds/parse-find-page.ts'
import { compareFinds, readFinds } from '../../finds/read-finds.ts'
import { notAskedReasons, whyNotAsked } from '../../finds/why-not-asked.ts'
import { actorOf } from '../access.ts'
import { mayAsk, scopeOf } from '../../people/access.ts'
import type { Pages } from './pages.ts'
import { sendHtml, sendPage, viewerOf } from './pages.ts'

/** Fills four columns evenly, and three and two. */
const PER_PAGE = 24
const MOST_ALERTS = 500

const verbs = ['keep', 'dismiss', 'restore', 'ask'] as const
const params = z.object({ alertId: z.uuid(), itemId: z.coerce.number().int().positive(), verb: z.enum(verbs) })
const Query = z.record(z.string(), z.union([z.string(), z.array(z.string())]))
const Key = z.string().regex(/^[0-9a-f-]{36}\.\d{1,16}$/)
const ToldQuery = z.union([
  z.object({ find: Key, done: z.enum(verbs) }),
  z.object({ find: Key, problem: z.enum(notAskedReasons) }),
])

/** What a button did is told once: it is no part of the page's address from there on. */
function splitTold(query: z.infer<typeof Query>): { told: Told | null; back: string } {
  const { find: _find, done: _done, problem: _problem, ...rest } = query
  const back = new URLSearchParams(Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]))
  return { told: ToldQuery.safeParse(query).data ?? null, back: back.toString() }
}

/** Back to the page where the button stood: a query of our own path, whatever was sent. */
function pathBack(back: string, told: Told): string {
  const query = new URLSearchParams(back)
  for (const [name, value] of Object.entries(told)) query.set(name, value)
  return `/finds?${query.toString()}#find-${told.find}`
}

const eyeOf = (request: FastifyRequest, context: Context) => ({
  ...viewerOf(request, context),
  mayChange: mayAsk('member', actorOf(request).person.role),
})

/** A file shows no field to mend: it is refused. */
const wrongFilter = (fields: readonly string[]): ProblemError =>
  new ProblemError(400, 'VALIDATION_FAILED', `these filters are not right: ${fields.join(', ')}`)

/** The history of finds: search, marks, whether one is still for sale, and the file. */
export function addFindsPages(pages: Pages): void {
  const { app, context } = pages
  const { database, clock } = context

  app.get('/finds', { config: { access: 'person' }, schema: { querystring: Query } }, async (request, reply) => {
    const scope = scopeOf(actorOf(request))
    const { told, back } = splitTold(request.query)
    const { filter, cursor, typed, problems } = parseFindPage(request.query, clock.now())
    const [page, alerts] = await Promise.all([
      readFinds(context, { filter, cursor, most: PER_PAGE, scope }),
      database.call('list_find_alerts', { most: MOST_ALERTS, person_id: scope }),
    ])
    const eye = eyeOf(request, context)
    const facts = { ...page, typed, problems, alerts, mostAlerts: MOST_ALERTS, isOlder: cursor !== null, told }
    if (problems.length > 0) void reply.code(400)
    return sendPage(request, reply, context, findsTexts[eye.language].title, renderFinds(facts, back, eye))
  })

  app.get('/finds.csv', { config: { access: 'person' }, schema: { querystring: Query } }, async (request, reply) => {
    const { filter, problems } = parseFindPage(request.query, clock.now())
    if (problems.length > 0) throw wrongFilter(problems)
    const lines = findCsv(context, filter, scopeOf(actorOf(request)))
    // What fails at once is an error page, not half a file.
    const first = await lines.next()
    async function* file() {
      if (!first.done) yield first.value
      yield* lines
    }
    const day = new Date(clock.now()).toISOString().slice(0, 10)
    return reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="vigie-finds-${day}.csv"`)
      .send(Readable.from(file()))
  })
  addFindButtons(pages)
}

/** Keep, dismiss, restore, ask. */
function addFindButtons({ app, context }: Pages): void {
  /** With a script the card alone; without one back to the page. */
  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    find: FindRow | null,
    told: Told,
    back: string,
  ) => {
    if (request.headers['hx-request'] !== 'true' || find === null) return reply.redirect(pathBack(back, told), 303)
    const [card] = await compareFinds(context, [find])
    const moment =
      'problem' in told ? { problem: told.problem, pressed: 'ask' as const } : { problem: null, pressed: told.done }
    return card ? sendHtml(reply, showFind(card, back, eyeOf(request, context), moment)) : reply.code(404).send()
  }

  app.post(
    '/finds/:alertId/:itemId/:verb',
    {
      config: { access: 'member' },
      schema: { params, body: z.object({ back: z.string().max(8_000).default('') }).default({ back: '' }) },
    },
    async (request, reply) => {
      const { verb, ...key } = request.params
      const { back } = request.body
      const scope = scopeOf(actorOf(request))
      const find = findKey(key)
      if (verb !== 'ask')
        return answer(request, reply, await markFind(context, verb, key, scope), { find, done: verb }, back)
      const signal = AbortSignal.any([callerGone(request, reply), context.stopping])
      try {
        return await answer(request, reply, await askSale(context, key, scope, signal), { find, done: 'ask' }, back)
      } catch (error) {
        const problem = whyNotAsked(error)
        if (problem === null) throw error
        const args = { alert_id: key.alertId, item_id: key.itemId, person_id: scope }
        return answer(request, reply, await context.database.call('get_find', args), { find, problem }, back)
      }
    },
  )
}
