import { createHash } from 'node:crypto'
import { AlertInput } from '#shared/contracts/alert.ts'
import type { AlertChanges } from '#shared/contracts/alert.ts'
import type { Draft } from '#shared/database/bot.ts'
import { ProblemError } from '#shared/errors.ts'
import { parseSearchUrl } from '#shared/marketplaces/vinted/parse-search-url.ts'
import { cut, LONGEST_IN_LIST } from '#shared/outbox/listing-line.ts'
import { createAlert } from '../../alerts/alert-store.ts'
import type { Answer, Asked } from '../asked.ts'
import type { FoundLink } from '../reading/find-link.ts'
import { findLink } from '../reading/find-link.ts'
import { readEdits } from '../reading/read-edits.ts'
import { message, say, toast } from '../words/compose.ts'
import { explainRefusedLink } from '../words/explain-link.ts'
import { previewDraft, readDraft } from './preview-draft.ts'

/** The id of the alert that will be, the same at every try: a replayed Save finds it there. */
function draftId({ update, updateId, now }: Asked): string {
  const hex = createHash('sha256').update(`${update.chatId} ${updateId} ${now}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

async function putDraft(asked: Asked, id: string, input: AlertChanges): Promise<Draft | null> {
  const { context, update, updateId } = asked
  const { chatId: chat_id, topicId: topic_id } = update
  return context.database.call('put_draft', { id, chat_id, topic_id, version: updateId, input })
}

const currentDraft = ({ context, update }: Asked): Promise<Draft | null> =>
  context.database.call('get_draft', { chat_id: update.chatId, topic_id: update.topicId })

/** `/add <link>`, or how it is done. */
export async function addAlert(asked: Asked, argument: string): Promise<Answer> {
  const { update, t } = asked
  const link = findLink(argument, update.kind === 'text' ? update.links : [])
  if (link !== null) return pasteLink(asked, link)
  return argument === '' ? say(t.howToAdd) : say(t.linkRefused(t.linkProblems.unreadable), t.howToAdd)
}

/** A link becomes this place's draft, instead of the one before. */
export async function pasteLink(asked: Asked, link: FoundLink): Promise<Answer> {
  const { t } = asked
  if (link.kind !== 'search') return say(link.kind === 'listing' ? t.isListing : t.isMemberPage)
  const parsed = parseSearchUrl(link.url)
  if (parsed.kind === 'refused') return say(t.linkRefused(explainRefusedLink(parsed.reason, t)), t.howToAdd)
  const draft = await putDraft(asked, draftId(asked), { url: link.url })
  return draft ? previewDraft(asked, draft) : say(t.outdated)
}

/** Why the changed draft could not become an alert; null when it could. */
function editProblem(input: AlertChanges, { t }: Asked): string | null {
  const parsed = AlertInput.safeParse(input)
  if (!parsed.success) return t.editRefused(parsed.error.issues.map(({ path }) => path.join('.')).join(', '))
  try {
    const { search } = readDraft(input)
    const { priceMin } = search
    const { maxTotalPrice } = input
    return priceMin !== null && maxTotalPrice !== null && maxTotalPrice !== undefined && priceMin > maxTotalPrice
      ? t.priceOrder
      : null
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return error.message.startsWith('priceMin') ? t.priceOrder : t.editRefused(error.message)
  }
}

/** The next words about a draft whose Edit was pressed: a changed one, and a new preview. Null when there is none. */
export async function editDraft(asked: Asked, text: string): Promise<Answer | null> {
  const { t, updateId } = asked
  const draft = await currentDraft(asked)
  // Asked again, its own change is there already.
  if (draft?.version === updateId) return previewDraft(asked, draft)
  if (draft?.state !== 'editing') return null
  const { changes, unclear } = readEdits(text)
  if (unclear[0] !== undefined) return say(t.unclearEdit(cut(unclear[0], 100)))
  const input = { ...draft.input, ...changes }
  const problem = editProblem(input, asked)
  if (problem !== null) return say(problem)
  const changed = await putDraft(asked, draft.id, input)
  return changed && previewDraft(asked, changed)
}

async function saveDraft(asked: Asked, { id, input }: Draft): Promise<Answer> {
  const { context, update, person, t } = asked
  const { chatId, topicId } = update
  try {
    const alert = await createAlert(
      context,
      { ...AlertInput.parse(input), chatId, topicId, language: person.language },
      { id, personId: person.role === 'owner' ? null : person.id },
    )
    return { ...say(t.saved(cut(alert.name, LONGEST_IN_LIST))), toast: t.savedToast, endsKeyboard: true }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return say(t.saveRefused(error.message))
  }
}

/** The buttons below a preview. Only the newest preview's do anything, and Save and Cancel only once. */
export async function pressDraft(asked: Asked, verb: 'save' | 'edit' | 'cancel', version: number): Promise<Answer> {
  const { context, update, updateId, t } = asked
  const draft = await currentDraft(asked)
  if (draft?.version !== version) return { ...toast(t.outdated), endsKeyboard: true }
  const isEnded = draft.state === 'saved' || draft.state === 'cancelled'
  if (isEnded && draft.markedBy !== updateId) {
    return { ...toast(draft.state === 'saved' ? t.alreadySaved : t.cancelled), endsKeyboard: true }
  }
  const mark = (state: 'saved' | 'cancelled' | 'editing') =>
    context.database.call('mark_draft', { id: draft.id, state, update_id: updateId })
  if (verb === 'save') {
    const answer = await saveDraft(asked, draft)
    if (answer.endsKeyboard) await mark('saved')
    return answer
  }
  if (verb === 'cancel') {
    await mark('cancelled')
    return { ...say(t.cancelled), toast: t.cancelled, endsKeyboard: true }
  }
  await mark('editing')
  return { replies: [message(t.howToEdit(update.isPrivate))], toast: t.editing }
}
