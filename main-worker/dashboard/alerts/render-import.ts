import { html } from 'hono/html'
import type { Language } from '#shared/outbox/texts.ts'
import type { ImportProblem } from '../../alerts/import-alerts.ts'
import { alertFormTexts } from './form-texts.ts'

/** `broken`: the text is no file of alerts at all. */
type ImportState = { typed: string; problems: readonly ImportProblem[]; broken: string | null; isMember: boolean }

/** A file of the wrong kind is wrong everywhere. */
const MOST_SHOWN = 50

/** A file or its text; what is wrong stands above it, alert by alert and field by field. */
export function renderImport({ typed, problems, broken, isMember }: ImportState, language: Language) {
  const t = alertFormTexts[language]
  const isWrong = problems.length > 0 || broken !== null
  return html`<h1>${t.importTitle}</h1>
    ${
      isWrong
        ? html`<div class="note bad" role="alert" id="import-problems">
            <p>${broken ?? t.importRefused(problems.length)}</p>
            <ul>
              ${problems.slice(0, MOST_SHOWN).map(
                ({ place, name, issues }) =>
                  html`<li>
                    ${t.importPlace(place)}${name === null ? '' : html` (<bdi>${name}</bdi>)`}
                    <ul class="small" lang="en">
                      ${issues.map(({ field, message }) => html`<li><code>${field}</code>: ${message}</li>`)}
                    </ul>
                  </li>`,
              )}
            </ul>
          </div>`
        : ''
    }
    <form method="post" action="/alerts/import">
      <p class="small quiet" id="hint-import">${t.importHint} ${isMember ? t.importOwn : ''}</p>
      <div class="field">
        <label for="import-file">${t.importFile}</label>
        <input id="import-file" type="file" accept="application/json,.json" data-into="import-text" />
      </div>
      <div class="field">
        <label for="import-text">${t.importText}</label>
        <textarea
          id="import-text"
          name="json"
          rows="10"
          spellcheck="false"
          aria-describedby="hint-import${isWrong ? ' import-problems' : ''}"
          ${isWrong ? html`aria-invalid="true"` : ''}
        >
${typed}</textarea>
      </div>
      <p class="actions">
        <button class="primary">${t.importDo}</button> <a class="button" href="/alerts">${t.cancel}</a>
      </p>
    </form>`
}
