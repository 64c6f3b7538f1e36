import { z } from 'zod'
import { actorOf } from '../access.ts'
import { ownPath } from './login-pages.ts'
import type { Pages } from './pages.ts'

/** The language of a person: of their pages and of what the bot answers. Back to where they were. */
export function addLanguageRoute({ app, context }: Pages): void {
  app.post(
    '/language',
    { config: { access: 'person' }, schema: { body: z.object({ language: z.enum(['fr', 'en']) }) } },
    async (request, reply) => {
      await context.database.call('update_person', { id: actorOf(request).person.id, changes: request.body })
      const from = URL.parse(request.headers.referer ?? '')
      return reply.redirect(
        from?.host === request.headers.host ? ownPath(`${from?.pathname}${from?.search}`) : '/',
        303,
      )
    },
  )
}
