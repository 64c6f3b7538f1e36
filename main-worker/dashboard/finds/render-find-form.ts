import { html } from 'hono/html'
import type { AlertChoice } from '#shared/database/finds.ts'
import { marketIds } from '#shared/marketplaces/vinted/markets.ts'
import type { FindPage, FormField } from '../../finds/parse-find-page.ts'
import type { Viewer } from '../parts/show-time.ts'
import { findsTexts } from './texts.ts'

type Form = Pick<FindPage, 'typed' | 'problems'> & { alerts: readonly AlertChoice[]; mostAlerts: number }
type Language = Viewer['language']

/** A field with its label, and what is wrong with it beside it. */
function field(name: FormField, control: unknown, { problems }: Form, language: Language, hint: string | null = null) {
  const t = findsTexts[language]
  return html`<div>
    <label for="${name}">${t.fields[name]}${hint === null ? '' : html` <small>${hint}</small>`}</label>
    ${control}
    ${
      problems.includes(name)
        ? html`<p class="small state bad" id="${name}-problem" role="alert">
            <span aria-hidden="true">▲</span> ${t.problems[name]}
          </p>`
        : ''
    }
  </div>`
}

const wrong = (name: FormField, { problems }: Form) =>
  problems.includes(name) ? html`aria-invalid="true" aria-describedby="${name}-problem"` : ''

const option = (value: string, words: string, chosen: string | undefined) =>
  html`<option value="${value}" ${value === (chosen ?? '') ? 'selected' : ''}>${words}</option>`

const select = (name: FormField, choices: readonly (readonly [string, string])[], form: Form) =>
  html`<select id="${name}" name="${name}" ${wrong(name, form)}>
    ${choices.map(([value, words]) => option(value, words, form.typed[name]))}
  </select>`

const input = (name: FormField, form: Form, kind: { type: string; mode: string }) =>
  html`<input
    id="${name}"
    name="${name}"
    type="${kind.type}"
    inputmode="${kind.mode}"
    autocomplete="off"
    value="${form.typed[name] ?? ''}"
    ${wrong(name, form)}
  />`

/** An alert that is not on the list (any more) stays chosen. */
function alertChoices({ alerts, typed }: Form, language: Language): (readonly [string, string])[] {
  const t = findsTexts[language]
  const chosen = typed.alertId
  const listed = alerts.map(({ id, name, market }) => [id, `${name} (${market.toUpperCase()})`] as const)
  const isListed = chosen === undefined || listed.some(([id]) => id === chosen)
  return [['', t.allAlerts], ...(isListed ? [] : [[chosen, t.otherAlert] as const]), ...listed]
}

/** The filters of the history. A plain GET: an address says all of it. */
export function renderFindForm(form: Form, language: Language) {
  const t = findsTexts[language]
  const price = { type: 'text', mode: 'decimal' }
  const hint = form.alerts.length < form.mostAlerts ? null : t.someAlerts(form.mostAlerts)
  const markets = [['', t.allMarkets] as const, ...marketIds.map((id) => [id, id.toUpperCase()] as const)]
  const hasMore = Object.keys(form.typed).some((name) => name !== 'q') || form.problems.length > 0
  return html`<form method="get" action="/finds" id="find-filter">
    ${field('q', input('q', form, { type: 'search', mode: 'search' }), form, language, t.hints.q)}
    <details class="filters" ${hasMore ? 'open' : ''}>
      <summary>${t.more}</summary>
      <div class="fields">
        ${field('alertId', select('alertId', alertChoices(form, language), form), form, language, hint)}
        ${field('market', select('market', markets, form), form, language)}
        ${field('mark', select('mark', Object.entries(t.marks), form), form, language)}
        ${field('period', select('period', Object.entries(t.periods), form), form, language)}
        ${field('priceMin', input('priceMin', form, price), form, language)}
        ${field('priceMax', input('priceMax', form, price), form, language)}
      </div>
    </details>
    <p class="actions">
      <button class="primary">${t.search}</button>
      ${Object.keys(form.typed).length > 0 ? html`<a class="button" href="/finds">${t.reset}</a>` : ''}
    </p>
  </form>`
}
