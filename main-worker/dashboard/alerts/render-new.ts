import { html } from 'hono/html'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { IgnoredPart, UnderstoodPart } from '#shared/marketplaces/vinted/parse-search-url.ts'
import type { Language } from '#shared/outbox/texts.ts'
import type { Preview, Trouble } from '../../alerts/try-preview.ts'
import type { Viewer } from '../parts/show-time.ts'
import { alertFormTexts } from './form-texts.ts'
import { linkReason } from './link-reasons.ts'
import { marketField, renderFields } from './render-fields.ts'
import type { FormState } from './render-fields.ts'
import { renderPreview } from './render-preview.ts'
import { fieldLabel, fieldWords } from './show-search.ts'

/** Where everything begins: links, or words and a site. `refused`: what was wrong with what was pasted. */
export function renderNew(language: Language, typed: string, refused: string | null) {
  const t = alertFormTexts[language]
  const problem = refused === null ? '' : html`<p class="wrong" id="wrong-links" role="alert">${refused}</p>`
  const state = { form: {}, wrong: new Set<string>(), hasChat: false }
  return html`<h1>${t.newTitle}</h1>
    <form method="post" action="/alerts/new">
      <label for="links">${t.pasteLinks}</label>
      <textarea
        id="links"
        name="links"
        rows="4"
        aria-describedby="hint-links${refused === null ? '' : ' wrong-links'}"
        ${refused === null ? '' : html`aria-invalid="true"`}
      >
${typed}</textarea>
      <small id="hint-links">${t.pasteHint}</small>
      ${problem}
      <p><button class="primary">${t.continue}</button></p>
    </form>
    <form method="post" action="/alerts/new">
      <h2>${t.withoutLink}</h2>
      <div class="fields">
        <div class="field">
          <label for="field-searchText">${t.fields.searchText.label}</label>
          <input id="field-searchText" name="searchText" maxlength="200" required autocomplete="off" />
        </div>
        ${marketField(state, language)}
      </div>
      <p><button name="intent" value="review">${t.continue}</button></p>
    </form>`
}

type Pasted = { understood: UnderstoodPart[]; ignored: IgnoredPart[] }

function showPasted({ understood, ignored }: Pasted, market: string, language: Language) {
  const t = alertFormTexts[language]
  const currency = findMarket(market)?.currency ?? 'EUR'
  return html`<div class="cards about">
    <section class="card" aria-labelledby="understood">
      <h2 id="understood">${t.understood}</h2>
      <dl>
        ${understood.map(
          ({ field, value }) =>
            html`<dt>${fieldLabel(field, language)}</dt>
              <dd><bdi>${fieldWords(field, value, currency, language)}</bdi></dd>`,
        )}
      </dl>
    </section>
    <section class="card" aria-labelledby="ignored">
      <h2 id="ignored">${t.ignored}</h2>
      ${
        ignored.length === 0
          ? html`<p class="quiet">${t.ignoredNone}</p>`
          : html`<dl>
              ${ignored.map(
                ({ parameter, value, reason }) =>
                  html`<dt><bdi>${parameter}</bdi></dt>
                    <dd><bdi>${value}</bdi> <small>${linkReason(reason, language)}</small></dd>`,
              )}
            </dl>`
      }
    </section>
  </div>`
}

/** `draft` names what is being made, so that it is made once; `preview` null is asked for while one looks. */
export type Review = FormState & {
  draft: string
  pasted: Pasted | null
  preview: Preview | { trouble: Trouble } | null
}

/** The preview's place: with scripts it fills itself and again on the button; without, the button loads the whole page. */
function previewPart(review: Review, viewer: Viewer) {
  const t = alertFormTexts[viewer.language]
  const isDue = review.preview === null && review.wrong.size === 0
  return html`<section aria-labelledby="preview-title">
    <h2 id="preview-title">${t.preview}</h2>
    <div
      id="preview"
      aria-live="polite"
      ${isDue ? html`hx-post="/alerts/preview" hx-trigger="load" hx-indicator="#preview-waits"` : ''}
    >
      ${review.preview === null ? '' : renderPreview(review.preview, viewer)}
    </div>
    <p id="preview-waits" class="htmx-indicator waits">
      <progress aria-label="${t.preview}"></progress>
      <span class="small quiet">${t.previewWaits}</span>
    </p>
  </section>`
}

/** The button that asks again, of any form that holds the fields of an alert. */
export const previewButton = (language: Language) =>
  html`<button
    name="intent"
    value="preview"
    hx-post="/alerts/preview"
    hx-target="#preview"
    hx-indicator="#preview-waits"
    hx-disable="this"
  >
    ${alertFormTexts[language].previewNow}
  </button>`

/** What was understood, the fields to change, what it would find now; saved from here. */
export function renderReview(review: Review, viewer: Viewer) {
  const t = alertFormTexts[viewer.language]
  const { form, draft, pasted } = review
  return html`<h1>${t.newTitle}</h1>
    ${pasted === null ? '' : showPasted(pasted, String(form['market'] ?? ''), viewer.language)}
    <form method="post" action="/alerts/new" id="alert-form">
      <p class="actions">
        <button class="primary" name="intent" value="save">${t.save}</button>
        ${previewButton(viewer.language)}
        <a class="button" href="/alerts">${t.cancel}</a>
      </p>
      <input type="hidden" name="draft" value="${draft}" />
      <div id="preview-place">${previewPart(review, viewer)}</div>
      ${renderFields(review, viewer.language, true)}
      <p class="actions">
        <button class="primary" name="intent" value="save">${t.save}</button>
      </p>
    </form>`
}
