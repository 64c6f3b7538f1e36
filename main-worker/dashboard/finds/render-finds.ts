import { html } from 'hono/html'
import type { AlertChoice } from '#shared/database/finds.ts'
import type { FindPage } from '../../finds/parse-find-page.ts'
import type { ComparedFind } from '../../finds/read-finds.ts'
import type { NotAsked } from '../../finds/why-not-asked.ts'
import { renderFindForm } from './render-find-form.ts'
import { findKey, showFind } from './show-find.ts'
import type { Eye, Verb } from './show-find.ts'
import { findsTexts } from './texts.ts'

/** What a button did, or why it could not, and to which find (`findKey`). */
export type Told = { find: string; done: Verb } | { find: string; problem: NotAsked }

export type Finds = Pick<FindPage, 'typed' | 'problems'> & {
  finds: readonly ComparedFind[]
  /** Null: nothing is older. */
  nextCursor: string | null
  /** Older ones are shown, not the newest. */
  isOlder: boolean
  alerts: readonly AlertChoice[]
  mostAlerts: number
  told: Told | null
}

const addressOf = (path: string, query: Record<string, string>): string => {
  const text = new URLSearchParams(query).toString()
  return text === '' ? path : `${path}?${text}`
}

/** What was done to a find that is not on this page (any more) is said above, with the way back. */
function showTold({ told, finds }: Finds, back: string, { language, mayChange }: Eye) {
  const t = findsTexts[language]
  if (told === null) return ''
  const isHere = finds.some((find) => findKey(find) === told.find)
  if ('problem' in told) return isHere ? '' : html`<p class="note care" role="alert">${t.notAsked[told.problem]}</p>`
  const [alertId, itemId] = told.find.split('.')
  const undo = html`<form method="post" action="/finds/${alertId}/${itemId}/restore">
    <input type="hidden" name="back" value="${back}" /><button>${t.restore}</button>
  </form>`
  const canUndo = mayChange && !isHere && (told.done === 'keep' || told.done === 'dismiss')
  return html`<div class="note actions sm" role="status">${t.done[told.done]} ${canUndo ? undo : ''}</div>`
}

function showNothing({ isOlder, typed }: Finds, { language }: Eye): string {
  const t = findsTexts[language]
  if (isOlder) return t.noneOlder
  return Object.keys(typed).length > 0 ? t.noneLikeThis : t.none
}

/** The history of finds. `back` is the query of this very page. */
export function renderFinds(page: Finds, back: string, eye: Eye) {
  const { finds, nextCursor, isOlder, typed, told } = page
  const t = findsTexts[eye.language]
  const problemOf = (find: ComparedFind): NotAsked | null =>
    told && 'problem' in told && told.find === findKey(find) ? told.problem : null
  return html`<h1>${t.title}</h1>
    ${showTold(page, back, eye)} ${renderFindForm(page, eye.language)}
    ${
      finds.length === 0
        ? html`<p class="quiet">${showNothing(page, eye)}</p>`
        : html`<ul class="cards roomy" id="finds">
            ${finds.map((find) => showFind(find, back, eye, { problem: problemOf(find), pressed: null }))}
          </ul>`
    }
    <p class="actions pages">
      ${isOlder ? html`<a class="button" href="${addressOf('/finds', typed)}">${t.newest}</a>` : ''}
      ${
        nextCursor === null
          ? ''
          : html`<a class="button" rel="next" href="${addressOf('/finds', { ...typed, cursor: nextCursor })}"
              >${t.older}</a
            >`
      }
      ${
        finds.length === 0 ? '' : html`<a class="button" href="${addressOf('/finds.csv', typed)}" download>${t.csv}</a>`
      }
    </p>
    <p class="small quiet">${t.howLong}</p>`
}
