import type { FastifyReply, FastifyRequest } from 'fastify'
import type { html } from 'hono/html'
import type { HttpServer } from '#shared/http/create-server.ts'
import type { ProblemError } from '#shared/errors.ts'
import type { Language } from '#shared/outbox/texts.ts'
import type { Context } from '../../context.ts'
import type { AssetName } from '../../dashboard/assets/assets.ts'
import { renderPage } from '../../dashboard/parts/layout.ts'
import type { Viewer } from '../../dashboard/parts/show-time.ts'

/** What the routes of pages get: the server, everything behind it, and the refusal of strangers who try too often. */
export type Pages = {
  app: HttpServer
  context: Context
  refuse: (request: FastifyRequest) => Promise<ProblemError>
}

/** 64 KiB hold a form with every field full; links of many alerts pasted at once, or an import, take more. */
export const LARGE_FORM = { bodyLimit: 2 * 1024 * 1024 }

const DEFAULT_ZONE = 'Europe/Paris'

/** The language of a visitor nobody knows yet. */
const askedLanguage = ({ headers }: FastifyRequest): Language =>
  /^\s*fr\b/i.test(headers['accept-language'] ?? '') ? 'fr' : 'en'

/** Language, zone and clock of who looks. */
export function viewerOf(request: FastifyRequest, { clock }: Pick<Context, 'clock'>): Viewer {
  const person = request.actor?.person
  return {
    language: person?.language ?? askedLanguage(request),
    timeZone: person?.timeZone ?? DEFAULT_ZONE,
    now: clock.now(),
  }
}

type Content = ReturnType<typeof html>

/** Sends a whole page. */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  context: Pick<Context, 'clock'>,
  title: string,
  content: Content,
  scripts: readonly AssetName[] = [],
): Promise<FastifyReply> {
  const path = request.url.split('?')[0] ?? '/'
  // The answer to a form is no address of its own; and what stands behind the path may be a key that somebody pasted there.
  const back = request.method === 'GET' ? path : '/'
  const page = { ...viewerOf(request, context), actor: request.actor, path, title, back }
  return sendHtml(reply, renderPage(page, content, scripts))
}

/** Sends a piece of a page, for htmx to put in its place. */
export const sendHtml = async (reply: FastifyReply, content: Content): Promise<FastifyReply> =>
  reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(String(await content))
