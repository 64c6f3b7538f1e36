import { z } from 'zod'
import { renderConfirm } from '../../dashboard/parts/render-confirm.ts'
import { renderPauseForm } from '../../dashboard/home/render-pause-form.ts'
import { homeTexts } from '../../dashboard/home/texts.ts'
import { requestCycle } from '../../alerts/request-cycle.ts'
import { controlWorker, pauseFleet, resumeFleet, workerVerbs } from '../../fleet/control-fleet.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const params = z.object({ id: z.string().min(1).max(63), verb: z.enum(workerVerbs) })
const Confirmed = z.object({ confirmed: z.literal('yes').optional() })
const Pause = z.object({
  minutes: z.enum(['60', '240', '480', '1440', '']).default(''),
  reason: z.string().trim().max(200).default(''),
})

/** What the owner does by hand, on the page. */
export function addFleetPages({ app, context }: Pages): void {
  const { database, clock } = context

  app.post('/workers/:id/:verb', { schema: { params, body: Confirmed.default({}) } }, async (request, reply) => {
    const { id, verb } = request.params
    if (verb === 'resume' || request.body.confirmed) {
      await controlWorker(context, id, verb)
      return reply.redirect('/', 303)
    }
    const { language } = viewerOf(request, context)
    const t = homeTexts[language]
    const { workers } = await database.call('read_fleet', {})
    const name = workers.find((worker) => worker.id === id)?.name ?? id
    const question = verb === 'unban' ? t.askUnban(name) : t.askDrain(name)
    const what = verb === 'unban' ? t.doUnban : t.doDrain
    const content = renderConfirm({ question, what, action: request.url, back: '/' }, language)
    return sendPage(request, reply, context, t[verb], content)
  })

  app.get('/fleet/pause', async (request, reply) => {
    const { language } = viewerOf(request, context)
    const { alerts } = await database.call('read_home', { finds: 0 })
    const t = homeTexts[language]
    return sendPage(request, reply, context, t.pauseAll, renderPauseForm(alerts.active, language))
  })

  app.post('/fleet/pause', { schema: { body: Pause } }, async (request, reply) => {
    const { minutes } = request.body
    const reason = request.body.reason || homeTexts[viewerOf(request, context).language].byHand
    const until = minutes === '' ? null : new Date(clock.now() + Number(minutes) * 60_000).toISOString()
    await pauseFleet(context, { until, reason })
    return reply.redirect('/', 303)
  })

  app.post('/fleet/resume', async (_request, reply) => {
    await resumeFleet(context)
    return reply.redirect('/', 303)
  })

  app.post('/runs/now', async (_request, reply) => {
    await requestCycle(context, { trigger: 'page' })
    return reply.redirect('/', 303)
  })
}
