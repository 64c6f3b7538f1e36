import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerGone } from '#shared/http/caller-gone.ts'
import { createAlert } from '../../alerts/alert-store.ts'
import { deriveId } from '../../alerts/derive-id.ts'
import { MAX_LINKS } from '../../alerts/extract-links.ts'
import { onlyOwn } from '../../alerts/own-alerts.ts'
import { readAlertForm, textOf } from '../../alerts/read-alert-form.ts'
import type { AlertForm } from '../../alerts/read-alert-form.ts'
import { readLinks } from '../../alerts/read-links.ts'
import type { ReadLink } from '../../alerts/read-links.ts'
import { toAlertForm } from '../../alerts/to-alert-form.ts'
import { tryPreview } from '../../alerts/try-preview.ts'
import { alertFormTexts } from '../../dashboard/alerts/form-texts.ts'
import { linkReason } from '../../dashboard/alerts/link-reasons.ts'
import { renderMany } from '../../dashboard/alerts/render-many.ts'
import { renderNew, renderReview } from '../../dashboard/alerts/render-new.ts'
import type { Review } from '../../dashboard/alerts/render-new.ts'
import { renderPreview } from '../../dashboard/alerts/render-preview.ts'
import { renderWrong } from '../../dashboard/alerts/render-wrong.ts'
import type { Actor } from '../../people/access.ts'
import { actorOf } from '../access.ts'
import { scopeOf } from '../../people/access.ts'
import type { Pages } from './pages.ts'
import { LARGE_FORM, sendHtml, sendPage, viewerOf } from './pages.ts'

export const Form = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

const posting = { config: { access: 'member' }, schema: { body: Form } } as const

/** A draft is named in the page, so that sending it twice makes it once. */
const draftOf = (form: AlertForm): string => textOf(form, 'draft') || randomUUID()

/** What a preview waits for at the longest: its caller, or the end of this process. */
export const previewSignal = (
  { stopping }: Pages['context'],
  request: FastifyRequest,
  reply: FastifyReply,
): AbortSignal => AbortSignal.any([callerGone(request, reply), stopping])

/** From a pasted link, or words and a site, to a saved alert. */
export function addAlertNewPages(pages: Pages): void {
  const { app, context } = pages
  const show = createShow(context)
  const fromLinks = createFromLinks(context, show)

  app.get('/alerts/new', { config: { access: 'member' } }, (request, reply) =>
    show.page(request, reply, renderNew(viewerOf(request, context).language, '', null)),
  )

  app.post('/alerts/new', { ...posting, ...LARGE_FORM }, async (request, reply) => {
    const form = request.body
    if (form['links'] !== undefined) return fromLinks(request, reply, form)
    const { person } = actorOf(request)
    const scope = scopeOf(actorOf(request))
    const read = readAlertForm(form)
    const draft = draftOf(form)
    if (read.kind === 'wrong') {
      void reply.code(422)
      return show.review(request, reply, { form, wrong: read.fields, draft, pasted: null, preview: null })
    }
    const intent = textOf(form, 'intent')
    if (intent === 'save') {
      const by = { id: deriveId(draft, read.changes), personId: scope, chatId: person.chatId }
      const { id } = await createAlert(context, onlyOwn(read.changes, scope), by)
      return reply.redirect(`/alerts/${id}?done=created`, 303)
    }
    const isAsked = intent === 'preview'
    const preview = isAsked ? await tryPreview(context, read.changes, previewSignal(context, request, reply)) : null
    const filled = { ...form, language: textOf(form, 'language') || person.language }
    return show.review(request, reply, { form: filled, wrong: new Set(), draft, pasted: null, preview })
  })

  addPreview(pages)
}

/** A piece of the page, for htmx: what the fields as they stand would find. */
function addPreview({ app, context }: Pages): void {
  app.post('/alerts/preview', posting, async (request, reply) => {
    const viewer = viewerOf(request, context)
    const read = readAlertForm(request.body)
    if (read.kind === 'wrong') {
      void reply.code(422)
      return sendHtml(reply, renderWrong(read.fields, viewer.language))
    }
    const preview = await tryPreview(context, read.changes, previewSignal(context, request, reply))
    return sendHtml(reply, renderPreview(preview, viewer))
  })
}

type Sent = Promise<FastifyReply>
type Show = {
  page(request: FastifyRequest, reply: FastifyReply, content: ReturnType<typeof renderNew>): Sent
  review(request: FastifyRequest, reply: FastifyReply, what: Omit<Review, 'hasChat'>): Sent
}

function createShow(context: Pages['context']): Show {
  const page: Show['page'] = (request, reply, content) =>
    sendPage(request, reply, context, alertFormTexts[viewerOf(request, context).language].newTitle, content)
  return {
    page,
    review: (request, reply, what) => {
      const hasChat = scopeOf(actorOf(request)) === null
      return page(request, reply, renderReview({ ...what, hasChat }, viewerOf(request, context)))
    },
  }
}

/** One link leads to its review; several to a list of what each means, and from there all good ones are saved at once. */
function createFromLinks(context: Pages['context'], show: Show) {
  const { database } = context

  /** In one transaction; those that were refused are counted. */
  async function saveAll({ person }: Actor, scope: string | null, draft: string, links: readonly ReadLink[]) {
    const good = links.filter((read) => read.kind === 'search')
    const { language } = person
    await database.call('create_alerts', {
      alerts: good.map(({ link, alert }) => ({
        id: deriveId(draft, link),
        alert: { ...alert, language },
        personId: scope,
      })),
    })
    return `/alerts?done=linked&n=${good.length}&refused=${links.filter(({ kind }) => kind === 'refused').length}`
  }

  return async (request: FastifyRequest, reply: FastifyReply, form: AlertForm): Sent => {
    const actor = actorOf(request)
    const { language } = viewerOf(request, context)
    const typed = textOf(form, 'links')
    const startAgain = (reason: string): Sent => {
      void reply.code(422)
      return show.page(request, reply, renderNew(language, typed, reason))
    }
    const chatId = actor.person.chatId ?? (await database.call('get_owner_chat', {}))
    const links = readLinks(typed, chatId)
    const [only] = links
    if (links.length > MAX_LINKS) return startAgain(alertFormTexts[language].tooManyLinks(links.length))
    const draft = draftOf(form)
    if (textOf(form, 'intent') === 'save-all')
      return reply.redirect(await saveAll(actor, scopeOf(actor), draft, links), 303)
    if (only === undefined || links.length > 1)
      return show.page(request, reply, renderMany(links, typed, draft, language))
    if (only.kind !== 'search') return startAgain(only.kind === 'refused' ? linkReason(only.reason, language) : '')
    const { alert, understood, ignored } = only
    const filled = { ...toAlertForm({ ...alert, chatId: null }), language }
    const what = { form: filled, wrong: new Set<string>(), draft, preview: null }
    return show.review(request, reply, { ...what, pasted: { understood, ignored } })
  }
}
