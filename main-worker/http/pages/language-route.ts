import { z } from 'zod'
import { actorOf } from '../access.ts'
import { ownPath } from './login-pages.ts'
import type { Pages } from './pages.ts'

const Body = z.object({ language: z.enum(['fr', 'en']), back: z.string().max(2_000).optional() })

/** The language of a person: of their pages and of what the bot answers. Back to where they were. */
export function addLanguageRoute({ app, context }: Pages): void {
  app.post('/language', { config: { access: 'person' }, schema: { body: Body } }, async (request, reply) => {
    const { language, back } = request.body
    await context.database.call('update_person', { id: actorOf(request).person.id, changes: { language } })
    return reply.redirect(ownPath(back), 303)
  })
}
