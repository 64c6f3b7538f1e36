import type { FastifyRequest } from 'fastify'
import { html } from 'hono/html'
import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { Context } from '../../context.ts'
import { renderDeliveries } from '../../dashboard/deliveries/render-deliveries.ts'
import { channelName, placeName } from '../../dashboard/deliveries/show-delivery.ts'
import { isWatched, showTest, showTestRow, testSign } from '../../dashboard/deliveries/show-test.ts'
import { deliveriesTexts } from '../../dashboard/deliveries/texts.ts'
import { renderConfirm } from '../../dashboard/parts/render-confirm.ts'
import { writeDeliveryCursor } from '../../deliveries/delivery-cursor.ts'
import { parseDeliveryPage } from '../../deliveries/parse-delivery-page.ts'
import { deliveryScope, readDeliveries } from '../../deliveries/read-deliveries.ts'
import { sendTest } from '../../deliveries/send-test.ts'
import { actorOf } from '../access.ts'
import { mayAsk } from '../../people/access.ts'
import type { Pages } from './pages.ts'
import { sendHtml, sendPage, viewerOf } from './pages.ts'

const PER_PAGE = 50
/** The rest of them is one click away. */
const DEAD_SHOWN = 10

const params = z.object({ id: z.uuid() })
const Query = z.record(z.string(), z.union([z.string(), z.array(z.string())]))
const Told = z.object({ done: z.enum(['retry', 'retryAll', 'notFailed']), count: z.coerce.number().int().min(0) })
const Back = z.object({ back: z.string().max(2_000).default('') }).default({ back: '' })
const Place = z.object({ channel: z.string().min(1).max(30), destination: z.string().min(1).max(100) })
const RetryAll = Place.partial({ destination: true }).extend({ confirmed: z.literal('yes').optional() })

type Told = z.infer<typeof Told>

/** A query of our own path, whatever was sent. */
function pathBack(back: string, { done, count }: Told): string {
  const query = new URLSearchParams(back)
  query.set('done', done)
  query.set('count', String(count))
  return `/deliveries?${query.toString()}`
}

/** Who looks, their ways out, and which messages are theirs. */
async function lookOf(request: FastifyRequest, context: Context) {
  const actor = actorOf(request)
  const { ways, scope } = await deliveryScope(context, actor)
  return { scope, eye: { ...viewerOf(request, context), mayChange: mayAsk('member', actor.person.role), ways } }
}

/** What was sent, waits or failed. */
export function addDeliveriesPages(pages: Pages): void {
  const { app, context } = pages
  const { database } = context

  app.get('/deliveries', { config: { access: 'person' }, schema: { querystring: Query } }, async (request, reply) => {
    const { query } = request
    const { eye, scope } = await lookOf(request, context)
    const { filter, cursor, typed } = parseDeliveryPage(query)
    const isOlder = cursor !== null
    const isWhole = !isOlder && Object.keys(typed).length === 0
    const testId = z.uuid().safeParse(query['test']).data
    const [page, dead, troubles, test] = await Promise.all([
      readDeliveries(context, { filter, cursor, most: PER_PAGE, scope }),
      isWhole ? database.call('list_deliveries', { filter: { state: 'failed' }, most: DEAD_SHOWN, ...scope }) : [],
      database.call('read_delivery_troubles', scope),
      testId === undefined ? null : database.call('get_delivery', { id: testId, ...scope }),
    ])
    const channels = [...new Set(['telegram', 'console', ...eye.ways.map(({ channel }) => channel)])]
    const told = Told.safeParse(query).data ?? null
    const place = cursor === null ? {} : { cursor: writeDeliveryCursor(cursor) }
    const back = new URLSearchParams({ ...typed, ...place }).toString()
    const facts = { ...page, dead, troubles, test, channels, typed, isOlder, told }
    return sendPage(request, reply, context, deliveriesTexts[eye.language].title, renderDeliveries(facts, back, eye))
  })

  addRetries(pages)
  addTests(pages)
}

function addRetries({ app, context }: Pages): void {
  const { database } = context

  app.post(
    '/deliveries/:id/retry',
    { config: { access: 'member' }, schema: { params, body: Back } },
    async (request, reply) => {
      const { scope } = await lookOf(request, context)
      const retried = await database.call('retry_delivery', { id: request.params.id, ...scope })
      const told: Told = retried ? { done: 'retry', count: retried.alongWith } : { done: 'notFailed', count: 0 }
      return reply.redirect(pathBack(request.body.back, told), 303)
    },
  )

  app.post(
    '/deliveries/retry',
    { config: { access: 'member' }, schema: { body: RetryAll } },
    async (request, reply) => {
      const { channel, destination, confirmed } = request.body
      const { eye, scope } = await lookOf(request, context)
      if (confirmed) {
        const args = { channel, destination: destination ?? null, ...scope }
        const count = await database.call('retry_deliveries', args)
        return reply.redirect(pathBack('', { done: 'retryAll', count }), 303)
      }
      const { letters } = await database.call('read_delivery_troubles', scope)
      const count = letters
        .filter((each) => each.channel === channel && (destination === undefined || each.destination === destination))
        .reduce((sum, each) => sum + each.count, 0)
      const t = deliveriesTexts[eye.language]
      const to = destination === undefined ? channelName(channel, eye) : placeName({ channel, destination }, eye)
      const fields = [
        ['channel', channel] as const,
        ...(destination === undefined ? [] : [['destination', destination] as const]),
      ]
      const question = { question: t.askRetry(count, to), what: t.doRetry(count), action: request.url, fields }
      const content = renderConfirm({ ...question, back: '/deliveries' }, eye.language)
      return sendPage(request, reply, context, t.title, content)
    },
  )
}

function addTests({ app, context }: Pages): void {
  app.post('/deliveries/test', { config: { access: 'member' }, schema: { body: Place } }, async (request, reply) => {
    const { channel, destination } = request.body
    const { eye } = await lookOf(request, context)
    if (!eye.ways.some((way) => way.channel === channel && way.destination === destination))
      throw new ProblemError(404, 'NOT_FOUND', `destination: wants one of your own (got ${channel} ${destination})`)
    const { id } = await sendTest(context, { channel, destination, language: eye.language })
    return reply.redirect(`/deliveries?test=${id}#test`, 303)
  })

  app.get(
    '/deliveries/test/:id',
    {
      config: { access: 'member' },
      schema: { params, querystring: z.object({ seen: z.string().max(50).default('') }) },
    },
    async (request, reply) => {
      const { eye, scope } = await lookOf(request, context)
      const test = await context.database.call('get_delivery', { id: request.params.id, ...scope })
      if (!test) throw new ProblemError(404, 'NOT_FOUND', `no message ${request.params.id}`)
      // Nothing to say: whoever hears the page is left in peace.
      if (isWatched(test, eye.now) && testSign(test) === request.query.seen) return reply.code(204).send()
      return sendHtml(reply, html`${showTest(test, eye)}${showTestRow(test, eye)}`)
    },
  )
}
