import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { createKeyMatch } from '#shared/http/require-key.ts'
import { renderLogin, renderLoginLink } from '../../dashboard/login/render-login.ts'
import { loginTexts } from '../../dashboard/login/texts.ts'
import { hashOf } from '../../people/codes.ts'
import { openSession, SESSION_LASTS_MS, useLoginLink } from '../../people/login.ts'
import { actorOf, sessionCookie } from '../access.ts'
import type { Pages } from './pages.ts'
import { sendPage, viewerOf } from './pages.ts'

const HERE = 'http://here.invalid'

/** A path of our own, read as browsers read it, never another host (`//evil`, `/\evil`, `/<tab>/evil`). */
export function ownPath(next: string | undefined): string {
  const url = next?.startsWith('/') ? URL.parse(next, HERE) : null
  return url?.origin === HERE ? `${url.pathname}${url.search}` : '/'
}

const Next = z.object({ next: z.string().max(2_000).optional() })
const params = z.object({ code: z.string().regex(/^[\w-]{20,100}$/) })

export function addLoginPages({ app, context, refuse }: Pages): void {
  const { config, database } = context
  const cookie = sessionCookie(config.isSecure)
  const isKey = createKeyMatch(config.apiKeys)
  const anybody = { access: 'anybody' } as const

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    next: string,
    told: Parameters<typeof renderLogin>[2],
  ) => {
    const { language } = viewerOf(request, context)
    return sendPage(request, reply, context, loginTexts[language].title, renderLogin(language, next, told))
  }
  const letIn = (reply: FastifyReply, token: string, next: string) =>
    reply.setCookie(cookie.name, token, { ...cookie.options, maxAge: SESSION_LASTS_MS / 1000 }).redirect(next, 303)

  app.get('/login', { config: anybody, schema: { querystring: Next } }, (request, reply) =>
    show(request, reply, ownPath(request.query.next), null),
  )

  app.post(
    '/login',
    { config: anybody, schema: { body: Next.extend({ key: z.string().max(10_000).default('') }) } },
    async (request, reply) => {
      const next = ownPath(request.body.next)
      if (isKey(request.body.key)) {
        const owner = await database.call('get_owner', {})
        return letIn(reply, await openSession(context, owner.id), next)
      }
      const { httpStatus } = await refuse(request)
      void reply.code(httpStatus)
      return show(request, reply, next, httpStatus === 429 ? 'tooMany' : 'wrongKey')
    },
  )

  app.get('/login/:code', { config: anybody, schema: { params } }, (request, reply) => {
    const { language } = viewerOf(request, context)
    const content = renderLoginLink(language, request.params.code)
    return sendPage(request, reply, context, loginTexts[language].linkTitle, content)
  })

  app.post('/login/:code', { config: anybody, schema: { params } }, async (request, reply) => {
    const token = await useLoginLink(context, request.params.code)
    if (token !== null) return letIn(reply, token, '/')
    void reply.code(410)
    return show(request, reply, '/', 'linkGone')
  })

  const leave = async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.clearCookie(cookie.name, cookie.options)
    request.actor = null
    return show(request, reply, '/', 'signedOut')
  }

  app.post('/logout', { config: { access: 'person' } }, async (request, reply) => {
    const token = request.cookies[cookie.name]
    if (token !== undefined) await database.call('end_page_session', { token_hash: hashOf(token) })
    return leave(request, reply)
  })

  app.post('/logout/everywhere', { config: { access: 'person' } }, async (request, reply) => {
    await database.call('end_page_sessions', { person_id: actorOf(request).person.id })
    return leave(request, reply)
  })
}
