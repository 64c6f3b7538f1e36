import { AlertInput, Search } from '#shared/contracts/alert.ts'
import type { AlertChanges } from '#shared/contracts/alert.ts'
import type { Draft } from '#shared/database/bot.ts'
import type { Button } from '#shared/messaging/messaging-provider.ts'
import { cut, LONGEST_IN_LIST } from '#shared/outbox/listing-line.ts'
import { defaultName, readInput } from '../../alerts/alert-store.ts'
import { previewAlert } from '../../alerts/preview-alert.ts'
import type { Answer, Asked } from '../asked.ts'
import { pressData } from '../reading/read-press.ts'
import { bold, line, message } from '../words/compose.ts'
import { describeFinds, describeSearch } from '../words/describe-draft.ts'
import type { DescribedDraft } from '../words/describe-draft.ts'
import { explainProblem } from '../words/explain-problem.ts'

/** The pace of three regions, tried one after the other; whoever waits longer gives up anyway. */
const LONGEST_MS = 75_000

/** What the alert will be. Throws ProblemError 400 for what cannot be one. */
export function readDraft(input: AlertChanges): DescribedDraft {
  const { search, pasted } = readInput(input)
  return {
    name: input.name ?? defaultName(search),
    search: Search.parse(search),
    input,
    ignored: pasted?.ignored ?? [],
  }
}

function draftButtons({ t }: Asked, { version }: Draft): Button[][] {
  const button = (verb: 'save' | 'edit' | 'cancel'): Button => ({ label: t[verb], data: pressData({ verb, version }) })
  return [[button('save'), button('edit'), button('cancel')]]
}

/** What was understood, what it finds now, and what may be done with it. A search that cannot be asked now may be saved. */
export async function previewDraft(asked: Asked, draft: Draft): Promise<Answer> {
  const { context, person, now, t, signal } = asked
  const { language } = person
  const input = AlertInput.parse(draft.input)
  const described = readDraft(input)
  const head = [
    line(bold(t.previewOf(cut(described.name, LONGEST_IN_LIST)))),
    ...describeSearch(described, t, language),
  ]
  const buttons = draftButtons(asked, draft)
  try {
    const preview = await previewAlert(context, input, AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]))
    return { replies: [message([...head, ...describeFinds(preview, described.search.market, t, language)], buttons)] }
  } catch (error) {
    if (signal.aborted) throw error
    const why = explainProblem(error, t, now, person)
    if (why === null) throw error
    return { replies: [message([...head, t.previewFailed(why)], buttons)] }
  }
}
