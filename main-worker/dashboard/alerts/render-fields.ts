import { html } from 'hono/html'
import { conditionIds, conditionWord } from '#shared/marketplaces/vinted/conditions.ts'
import { markets } from '#shared/marketplaces/vinted/markets.ts'
import type { Language } from '#shared/outbox/texts.ts'
import { listOf, textOf } from '../../alerts/read-alert-form.ts'
import type { AlertForm } from '../../alerts/read-alert-form.ts'
import { alertFormTexts } from './form-texts.ts'
import type { FieldName } from './form-texts.ts'
import { alertsTexts } from './texts.ts'

/** What is in the form and what is wrong there; `hasChat`: who looks may choose the chat. */
export type FormState = { form: AlertForm; wrong: ReadonlySet<string>; hasChat: boolean }

const NEW_WITH_TAGS = 6

type Kind = 'text' | 'decimal' | 'numeric' | 'lines'

/** A field with its label, its hint and its problem, all of them tied to it. */
function field(name: FieldName, kind: Kind, { form, wrong }: FormState, language: Language) {
  const { label, hint, wants } = alertFormTexts[language].fields[name]
  const isWrong = wrong.has(name)
  const described = [...(hint === undefined ? [] : [`hint-${name}`]), ...(isWrong ? [`wrong-${name}`] : [])].join(' ')
  const aria = html`${described === '' ? '' : html`aria-describedby="${described}"`}
  ${isWrong ? html`aria-invalid="true"` : ''}`
  const value = textOf(form, name)
  const control =
    kind === 'lines'
      ? html`<textarea id="field-${name}" name="${name}" rows="2" ${aria}>${value}</textarea>`
      : html`<input
          id="field-${name}"
          name="${name}"
          value="${value}"
          maxlength="${kind === 'text' ? 4000 : 20}"
          inputmode="${kind === 'text' ? 'text' : kind}"
          autocomplete="off"
          ${aria}
        />`
  return html`<div class="field">
    <label for="field-${name}">${label}</label>
    ${control} ${hint === undefined ? '' : html`<small id="hint-${name}">${hint}</small>`}
    ${isWrong ? html`<p class="wrong" id="wrong-${name}" role="alert">${wants}</p>` : ''}
  </div>`
}

const option = (value: string, chosen: string, label: string) =>
  html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${label}</option>`

/** The market of a new search: its site and its currency. */
export function marketField({ form, wrong }: FormState, language: Language) {
  const { label, wants } = alertFormTexts[language].fields.market
  const chosen = textOf(form, 'market')
  const isWrong = wrong.has('market')
  return html`<div class="field">
    <label for="field-market">${label}</label>
    <select id="field-market" name="market" ${isWrong ? html`aria-invalid="true" aria-describedby="wrong-market"` : ''}>
      ${markets.map(({ id, host, currency }) => option(id, chosen, `${host} · ${currency}`))}
    </select>
    ${isWrong ? html`<p class="wrong" id="wrong-market" role="alert">${wants}</p>` : ''}
  </div>`
}

function languageField({ form }: FormState, language: Language) {
  const chosen = textOf(form, 'language') || language
  const names = alertsTexts[language].languages
  return html`<div class="field">
    <label for="field-language">${alertFormTexts[language].fields.language.label}</label>
    <select id="field-language" name="language">
      ${option('fr', chosen, names.fr)} ${option('en', chosen, names.en)}
    </select>
  </div>`
}

/** The best first; the site's ids are in no order. */
const CONDITIONS = [...conditionIds].sort((a, b) => (a === NEW_WITH_TAGS ? -1 : b === NEW_WITH_TAGS ? 1 : a - b))

function conditions({ form, wrong }: FormState, language: Language) {
  const { label, hint, wants } = alertFormTexts[language].fields.statusIds
  const chosen = new Set(listOf(form, 'statusIds'))
  return html`<fieldset aria-describedby="hint-statusIds">
    <legend>${label}</legend>
    <div class="actions">
      ${CONDITIONS.map(
        (id) =>
          html`<label class="inline"
            ><input type="checkbox" name="statusIds" value="${id}" ${chosen.has(String(id)) ? html`checked` : ''} />
            ${conditionWord(id, language)}</label
          >`,
      )}
    </div>
    <small id="hint-statusIds">${hint}</small>
    ${wrong.has('statusIds') ? html`<p class="wrong" role="alert">${wants}</p>` : ''}
  </fieldset>`
}

const IDS: readonly FieldName[] = ['catalogIds', 'brandIds', 'sizeIds', 'colorIds', 'materialIds']
const WORDS: readonly FieldName[] = ['requiredWords', 'excludedWords', 'brands', 'sizes', 'blockedSellers']

/** All fields of an alert in three parts: what is searched, what is dropped, where it is told. */
export function renderFields(state: FormState, language: Language, isNew: boolean) {
  const t = alertFormTexts[language]
  const one = (name: FieldName, kind: Kind) => field(name, kind, state, language)
  const hasIds = [...IDS, 'attributeIds'].some((name) => textOf(state.form, name) !== '' || state.wrong.has(name))
  return html`${
      state.wrong.size > 0 ? html`<p class="note bad" role="alert">${t.wrongFields(state.wrong.size)}</p>` : ''
    }
    <div class="fields top">${one('name', 'text')}</div>
    <fieldset>
      <legend>${t.searchPart}</legend>
      <p class="small quiet">${isNew ? t.searchHint : t.baselineHint}</p>
      <div class="fields top">
        ${one('searchText', 'text')} ${marketField(state, language)} ${one('priceMin', 'decimal')}
        ${one('priceMax', 'decimal')}
      </div>
      ${conditions(state, language)}
      <details ${hasIds ? html`open` : ''}>
        <summary>${t.moreIds}</summary>
        <div class="fields top">${IDS.map((name) => one(name, 'text'))} ${one('attributeIds', 'lines')}</div>
      </details>
    </fieldset>
    <fieldset>
      <legend>${t.filterPart}</legend>
      <p class="small quiet">${t.filterHint}</p>
      <div class="fields top">
        ${one('maxTotalPrice', 'decimal')} ${one('priceDropPercent', 'decimal')}
        ${WORDS.map((name) => one(name, 'lines'))}
      </div>
    </fieldset>
    <fieldset>
      <legend>${t.deliveryPart}</legend>
      <div class="fields top">
        ${one('maxMessagesPerHour', 'numeric')} ${languageField(state, language)}
        ${state.hasChat ? one('chatId', 'text') : ''} ${one('topicId', 'numeric')}
      </div>
    </fieldset>`
}
