import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { renderHome } from '../../dashboard/home/render-home.ts'
import { homeTexts } from '../../dashboard/home/texts.ts'
import { createHomeStreams } from '../../live/home-streams.ts'
import { actorOf } from '../access.ts'
import { scopeOf } from '../../people/access.ts'
import { openEventStream } from '../event-stream.ts'
import { createMayListen } from '../may-listen.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

/** The home page, and the stream that moves it. */
export function addHomePage({ app, context }: Pages): void {
  const { config, database, events, logger, stopping } = context
  const streams = createHomeStreams(context, events, (error) => {
    logLine(logger, 'loopFailed', { loop: 'live home', error: errorText(error) })
  })

  app.get('/', { config: { access: 'person' } }, async (request, reply) => {
    const actor = actorOf(request)
    const viewer = viewerOf(request, context)
    const home = await database.call('read_home', { person_id: scopeOf(actor) })
    const isContinuous = config.schedule === 'continuous'
    const content = renderHome(home, { ...viewer, isContinuous, mayControl: actor.person.role === 'owner' })
    return sendPage(request, reply, context, homeTexts[viewer.language].title, content)
  })

  app.get('/live/home', { config: { access: 'person' }, exposeHeadRoute: false }, (request, reply) => {
    const actor = actorOf(request)
    const { language, timeZone } = viewerOf(request, context)
    const eye = { language, timeZone, mayControl: actor.person.role === 'owner', scope: scopeOf(actor) }
    openEventStream(reply, {
      stopping,
      mayListen: createMayListen(context, request, 'person'),
      open: (stream) => streams.subscribe(eye, (data) => stream.send(data)),
    })
  })
}
