import { html } from 'hono/html'
import type { Language } from '#shared/outbox/texts.ts'
import { alertFormTexts } from './form-texts.ts'
import type { FieldName } from './form-texts.ts'
import { alertsTexts } from './texts.ts'

/** What a preview cannot be made of: each field with what it wants, since the fields stay as they are on the page. */
export function renderWrong(wrong: ReadonlySet<string>, language: Language) {
  const t = alertFormTexts[language]
  return html`<div class="note bad" role="alert">
    <p>${t.wrongFields(wrong.size)}</p>
    <ul>
      ${[...wrong].map((name) => {
        const field = t.fields[name as FieldName]
        return html`<li>${field?.label ?? name}${alertsTexts[language].colon}${field?.wants ?? ''}</li>`
      })}
    </ul>
  </div>`
}
