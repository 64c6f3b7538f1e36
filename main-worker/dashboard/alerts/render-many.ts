import { html } from 'hono/html'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { Language } from '#shared/outbox/texts.ts'
import type { ReadLink } from '../../alerts/read-links.ts'
import { alertFormTexts } from './form-texts.ts'
import { linkReason } from './link-reasons.ts'
import { alertsTexts } from './texts.ts'
import { fieldLabel, fieldWords } from './show-search.ts'

const state = (tone: 'good' | 'care' | 'bad', shape: string, word: string) =>
  html`<span class="state ${tone}"><span aria-hidden="true">${shape}</span> ${word}</span>`

function outcome(read: ReadLink, language: Language) {
  const t = alertFormTexts[language]
  const { colon } = alertsTexts[language]
  if (read.kind === 'refused')
    return html`${state('bad', '▲', t.refused)}
      <p class="small">${linkReason(read.reason, language)}</p>`
  if (read.kind === 'repeat') return state('care', '■', t.repeat(read.of + 1))
  const currency = findMarket(read.alert.market ?? '')?.currency ?? 'EUR'
  return html`${state('good', '●', t.good)}
    <ul class="small">
      ${read.understood.map(
        ({ field, value }) =>
          html`<li>
            ${fieldLabel(field, language)}${colon}<bdi>${fieldWords(field, value, currency, language)}</bdi>
          </li>`,
      )}
      ${read.ignored.map(
        ({ parameter, value, reason }) =>
          html`<li class="quiet">
            ${t.ignored}${colon}<bdi>${parameter} ${value}</bdi> (${linkReason(reason, language)})
          </li>`,
      )}
    </ul>`
}

/** Several links at once: what each means, which are refused and why; the good ones are saved together. */
export function renderMany(links: readonly ReadLink[], typed: string, draft: string, language: Language) {
  const t = alertFormTexts[language]
  const good = links.filter(({ kind }) => kind === 'search').length
  return html`<h1>${t.manyTitle(links.length)}</h1>
    <form method="post" action="/alerts/new">
      <input type="hidden" name="draft" value="${draft}" />
      <textarea name="links" hidden aria-hidden="true" tabindex="-1">${typed}</textarea>
      <p class="actions">
        ${
          good === 0
            ? html`<strong>${t.manyNone}</strong>`
            : html`<button class="primary" name="intent" value="save-all">${t.manySave(good)}</button>`
        }
        <a class="button" href="/alerts/new">${t.cancel}</a>
      </p>
      <ol class="links">
        ${links.map(
          (read) =>
            html`<li class="card">
              <p class="small"><bdi>${read.link}</bdi></p>
              ${outcome(read, language)}
            </li>`,
        )}
      </ol>
    </form>`
}
