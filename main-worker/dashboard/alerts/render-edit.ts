import { html } from 'hono/html'
import type { Alert } from '#shared/contracts/alert.ts'
import type { Preview, Trouble } from '../../alerts/try-preview.ts'
import type { Viewer } from '../parts/show-time.ts'
import { alertFormTexts } from './form-texts.ts'
import { renderFields } from './render-fields.ts'
import type { FormState } from './render-fields.ts'
import { previewButton } from './render-new.ts'
import { renderPreview } from './render-preview.ts'

/** `newBaseline`: how many finds a change of the search would take out of the history; null when nothing has to be asked. */
export type Edit = FormState & {
  alert: Pick<Alert, 'id' | 'name'>
  newBaseline: number | null
  preview: Preview | { trouble: Trouble } | null
}

/** Every field of an alert; asks before a change begins a new search. */
export function renderEdit(edit: Edit, viewer: Viewer) {
  const t = alertFormTexts[viewer.language]
  const { alert, newBaseline, preview } = edit
  const path = `/alerts/${alert.id}`
  const save =
    newBaseline === null
      ? html`<button class="primary" name="intent" value="save">${t.saveChange}</button>`
      : html`<button class="danger" name="intent" value="save-anew">${t.saveNewBaseline}</button>`
  return html`<h1><bdi>${t.editTitle(alert.name)}</bdi></h1>
    <form method="post" action="${path}/edit" id="alert-form">
      ${newBaseline === null ? '' : html`<p class="note care" role="alert">${t.newBaseline(newBaseline)}</p>`}
      <p class="actions">${save} ${previewButton(viewer.language)} <a class="button" href="${path}">${t.cancel}</a></p>
      <div id="preview" aria-live="polite">${preview === null ? '' : renderPreview(preview, viewer)}</div>
      <p id="preview-waits" class="htmx-indicator waits">
        <progress aria-label="${t.preview}"></progress>
        <span class="small quiet">${t.previewWaits}</span>
      </p>
      ${renderFields(edit, viewer.language, false)}
      <p class="actions">${save} <a class="button" href="${path}">${t.cancel}</a></p>
    </form>`
}
