import { z } from 'zod'
import { renderMe } from '../../dashboard/people/render-me.ts'
import { peopleTexts } from '../../dashboard/people/texts.ts'
import { readProfile } from '../../people/read-profile.ts'
import { actorOf } from '../access.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const everybody = { access: 'person' } as const
const Field = z.string().max(1_000).default('')
const Form = z.object({ name: Field, language: Field, timeZone: Field, quietFrom: Field, quietUntil: Field })
const Done = z.object({ done: z.string().max(20).optional() })

/** What everybody may change about themselves. */
export function addMePages({ app, context }: Pages): void {
  app.get('/me', { config: everybody, schema: { querystring: Done } }, async (request, reply) => {
    const viewer = viewerOf(request, context)
    const { name, language, timeZone, quietFrom, quietUntil } = actorOf(request).person
    const form = { name, language, timeZone, quietFrom: quietFrom ?? '', quietUntil: quietUntil ?? '' }
    const content = renderMe({ form, problems: {}, done: request.query.done }, viewer)
    return sendPage(request, reply, context, peopleTexts[viewer.language].me, content)
  })

  app.post('/me', { config: everybody, schema: { body: Form } }, async (request, reply) => {
    const profile = readProfile(request.body)
    if ('changes' in profile) {
      const { person } = actorOf(request)
      const { language, ...others } = profile.changes
      // A language that is said anew is taken over by every alert: only one that they chose is.
      const changes = language === person.language ? others : profile.changes
      await context.database.call('update_person', { id: person.id, changes })
      return reply.redirect('/me?done=saved', 303)
    }
    const viewer = viewerOf(request, context)
    const content = renderMe({ form: request.body, problems: profile.problems, done: undefined }, viewer)
    return sendPage(request, reply.code(422), context, peopleTexts[viewer.language].me, content)
  })
}
