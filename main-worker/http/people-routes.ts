import { z } from 'zod'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { invitePerson } from '../people/invite-person.ts'
import { makeLoginLink } from '../people/login.ts'
import { makeOwnerCode } from '../people/owner-code.ts'

const params = z.object({ id: z.uuid('wants an id') })
const tags = ['people']

const Invite = z.strictObject({
  role: z.enum(['member', 'viewer'], 'wants member (own alerts) or viewer (looks only)'),
  name: z.string().trim().min(1).max(100),
})

/** The owner's people: who may command the bot and log in. */
export function addPeopleRoutes(app: HttpServer, context: Context): void {
  const { database } = context

  app.get('/api/v1/people', { schema: { summary: 'The owner and everybody invited', tags } }, async () => ({
    people: await database.call('list_people', {}),
    invitations: await database.call('list_invitations', {}),
  }))

  app.delete(
    '/api/v1/people/:id',
    { schema: { summary: 'Remove a person, with their alerts and logins', tags, params } },
    async ({ params }, reply) => {
      if (!(await database.call('remove_person', { id: params.id })))
        throw new ProblemError(404, 'NOT_FOUND', `no person ${params.id} besides the owner`)
      return reply.code(204).send()
    },
  )

  app.post(
    '/api/v1/people/invitations',
    { schema: { summary: 'A code that lets one chat in, once, within a week; shown only here', tags, body: Invite } },
    async ({ body }, reply) => reply.code(201).send(await invitePerson(context, body)),
  )

  app.delete(
    '/api/v1/people/invitations/:id',
    { schema: { summary: 'Take an invitation back', tags, params } },
    async ({ params }, reply) => {
      if (!(await database.call('revoke_invitation', { id: params.id })))
        throw new ProblemError(404, 'NOT_FOUND', `no open invitation ${params.id}`)
      return reply.code(204).send()
    },
  )

  app.post(
    '/api/v1/people/login-links',
    { schema: { summary: 'A link that logs the owner in, once, within ten minutes', tags } },
    async (_request, reply) => {
      const owner = await database.call('get_owner', {})
      return reply.code(201).send(await makeLoginLink(context, owner.id))
    },
  )

  app.post(
    '/api/v1/people/:id/login-links',
    { schema: { summary: 'A link that logs this person in, once, within ten minutes', tags, params } },
    async ({ params }, reply) => {
      const person = (await database.call('list_people', {})).find(({ id }) => id === params.id)
      if (!person) throw new ProblemError(404, 'NOT_FOUND', `no person ${params.id}`)
      return reply.code(201).send(await makeLoginLink(context, person.id))
    },
  )

  app.post(
    '/api/v1/people/owner-codes',
    {
      schema: {
        summary: "A code that makes the chat it is written in the owner's, once, within a quarter of an hour",
        tags,
      },
    },
    async (_request, reply) => reply.code(201).send(await makeOwnerCode(context, 'page')),
  )
}
