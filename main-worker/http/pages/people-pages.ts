import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ListedPerson } from '#shared/database/people.ts'
import { ProblemError } from '#shared/errors.ts'
import { renderConfirm } from '../../dashboard/parts/render-confirm.ts'
import { emptyInvite, invitedRoles } from '../../dashboard/people/render-invite-form.ts'
import type { InviteForm } from '../../dashboard/people/render-invite-form.ts'
import { renderPeople } from '../../dashboard/people/render-people.ts'
import type { Secret } from '../../dashboard/people/render-secret.ts'
import { peopleTexts } from '../../dashboard/people/texts.ts'
import { readBotName } from '../../people/bot-name.ts'
import { invitePerson } from '../../people/invite-person.ts'
import { makeLoginLink } from '../../people/login.ts'
import { makeOwnerCode } from '../../people/owner-code.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const params = z.object({ id: z.uuid('wants an id') })
const Done = z.object({ done: z.string().max(20).optional() })
const Confirmed = z.object({ confirmed: z.literal('yes').optional() }).default({})
const Invite = z
  .object({ name: z.string().max(1_000).default(''), role: z.string().max(20).default('') })
  .default({ name: '', role: '' })

type Show = (
  request: FastifyRequest,
  reply: FastifyReply,
  what: { secret?: Secret; invite?: InviteForm; done?: string | undefined },
) => Promise<FastifyReply>

const createShow = ({ context }: Pages): Show => {
  const { database, config, bot } = context
  return async (request, reply, what) => {
    const viewer = viewerOf(request, context)
    const [people, invitations] = await Promise.all([
      database.call('list_people', {}),
      database.call('list_invitations', {}),
    ])
    const facts = {
      people,
      invitations,
      hasBot: bot !== null,
      isChatFixed: config.defaultChatId !== null,
      invite: what.invite ?? emptyInvite,
      secret: what.secret ?? null,
      done: what.done,
    }
    return sendPage(request, reply, context, peopleTexts[viewer.language].title, renderPeople(facts, viewer))
  }
}

/** Whom the owner lets in. What is shown once is the answer to its form, and stands in no address. */
export function addPeoplePages(pages: Pages): void {
  const { app, context } = pages
  const { database } = context
  const show = createShow(pages)
  addPersonPages(pages, show)

  app.get('/people', { schema: { querystring: Done } }, (request, reply) =>
    show(request, reply, { done: request.query.done }),
  )

  app.post('/people/owner-code', async (request, reply) => {
    const [{ code }, botName] = await Promise.all([makeOwnerCode(context, 'page'), readBotName(context)])
    return show(request, reply, { secret: { kind: 'owner-code', code, botName } })
  })

  app.post('/people/invitations', { schema: { body: Invite } }, async (request, reply) => {
    const t = peopleTexts[viewerOf(request, context).language]
    const name = request.body.name.trim()
    const role = invitedRoles.find((one) => one === request.body.role)
    const isNamed = name !== '' && name.length <= 100
    if (!isNamed || role === undefined) {
      const problems = { ...(!isNamed && { name: t.problemName }), ...(role === undefined && { role: t.problemRole }) }
      void reply.code(422)
      return show(request, reply, { invite: { ...request.body, problems } })
    }
    const [{ code }, botName] = await Promise.all([invitePerson(context, { name, role }), readBotName(context)])
    return show(request, reply, { secret: { kind: 'invitation', name, code, botName } })
  })

  app.post('/people/invitations/:id/revoke', { schema: { params } }, async (request, reply) => {
    // One that was used or taken back meanwhile is gone as well.
    await database.call('revoke_invitation', { id: request.params.id })
    return reply.redirect('/people?done=revoked', 303)
  })
}

/** What the owner does with one person. */
function addPersonPages({ app, context }: Pages, show: Show): void {
  const { database } = context

  const personOf = async (id: string): Promise<ListedPerson> => {
    const person = (await database.call('list_people', {})).find((one) => one.id === id)
    if (!person) throw new ProblemError(404, 'NOT_FOUND', `no person ${id}`)
    return person
  }

  app.post('/people/:id/login-link', { schema: { params } }, async (request, reply) => {
    const { id, name } = await personOf(request.params.id)
    const { url } = await makeLoginLink(context, id)
    return show(request, reply, { secret: { kind: 'login-link', name, url } })
  })

  app.post('/people/:id/remove', { schema: { params, body: Confirmed } }, async (request, reply) => {
    const { id, name, alerts, role } = await personOf(request.params.id)
    if (role === 'owner') throw new ProblemError(409, 'OWNER_STAYS', 'the owner cannot be removed')
    if (request.body.confirmed) {
      await database.call('remove_person', { id })
      return reply.redirect('/people?done=removed', 303)
    }
    const { language } = viewerOf(request, context)
    const t = peopleTexts[language]
    const question = {
      question: t.askRemove(name, alerts),
      what: t.doRemove(alerts),
      action: request.url,
      back: '/people',
    }
    return sendPage(request, reply, context, t.removeWho(name), renderConfirm(question, language))
  })
}
