import { html } from 'hono/html'
import type { SaleState } from '#shared/database/finds.ts'
import { money } from '#shared/outbox/texts.ts'
import type { PriceComparison } from '../../finds/compare-price.ts'
import type { ComparedFind } from '../../finds/read-finds.ts'
import type { NotAsked } from '../../finds/why-not-asked.ts'
import { showPhoto, showPrices, showTitle } from '../parts/show-listing.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { findsTexts } from './texts.ts'

export type Eye = Viewer & { mayChange: boolean }

/** What a find is called in an address. */
export const findKey = ({ alertId, itemId }: Pick<ComparedFind, 'alertId' | 'itemId'>): string => `${alertId}.${itemId}`

const SALES: Record<SaleState, { shape: string; tone: string }> = {
  'for-sale': { shape: '●', tone: 'good' },
  'not-for-sale': { shape: '■', tone: 'care' },
  gone: { shape: '✕', tone: 'bad' },
  unknown: { shape: '◌', tone: '' },
}

const state = (shape: string, tone: string, word: string) =>
  html`<span class="state ${tone}"><span aria-hidden="true">${shape}</span> ${word}</span>`

/** "12 % below the median of 43 listings". */
export function priceWords({ percent, listings }: PriceComparison, { language }: Pick<Viewer, 'language'>): string {
  const t = findsTexts[language]
  if (percent === 0) return t.same(listings)
  return percent < 0 ? t.below(-percent, listings) : t.above(percent, listings)
}

function showComparison({ comparison, listing, price }: ComparedFind, eye: Eye) {
  const t = findsTexts[eye.language]
  const median = comparison && money(comparison.median, listing.currency, eye.language)
  return html`${price < listing.price ? html`<p class="small">${t.dropped(money(price, listing.currency, eye.language))}</p>` : ''}
  ${comparison ? html`<p class="small" title="${median}">${priceWords(comparison, eye)}</p>` : ''}`
}

function showSale({ sale }: ComparedFind, eye: Eye) {
  if (sale === null) return ''
  const { shape, tone } = SALES[sale.state]
  return html`<p class="small">
    ${state(shape, tone, findsTexts[eye.language].sale[sale.state])} · ${showTime(sale.askedAt, eye)}
  </p>`
}

function showMark({ mark }: ComparedFind, { language }: Eye) {
  const t = findsTexts[language]
  if (mark === null) return ''
  return html`<p class="small">${mark === 'kept' ? state('★', 'good', t.kept) : state('✕', '', t.dismissed)}</p>`
}

/** Each button is a form that posts and comes back; with a script only the card changes. `back`: the page's own query. */
function showButtons(find: ComparedFind, back: string, pressed: Verb | null, { language }: Eye) {
  const t = findsTexts[language]
  const key = findKey(find)
  // Who pressed a button with the keyboard goes on from the one that took its place.
  const next = pressed === 'keep' || pressed === 'dismiss' ? 'restore' : pressed === 'restore' ? 'keep' : pressed
  const verb = (name: Verb) => {
    const action = `/finds/${find.alertId}/${find.itemId}/${name}`
    return html`<form method="post" action="${action}" hx-post="${action}" hx-target="closest li" hx-swap="outerMorph">
      <input type="hidden" name="back" value="${back}" />
      <button id="${name}-${key}" aria-describedby="title-${key}" ${name === next ? 'autofocus' : ''}>
        ${t[name]}
      </button>
      ${name === 'ask' ? html`<span class="htmx-indicator small quiet" role="status">${t.asking}</span>` : ''}
    </form>`
  }
  return html`<div class="actions sm">
    ${find.mark === null ? [verb('keep'), verb('dismiss')] : verb('restore')} ${verb('ask')}
  </div>`
}

export type Verb = 'keep' | 'dismiss' | 'restore' | 'ask'

/** `problem`: why it could not be asked whether it is still for sale; `pressed`: the button whose answer this card is. */
type Moment = { problem: NotAsked | null; pressed: Verb | null }

/** One find as a card. */
export function showFind(find: ComparedFind, back: string, eye: Eye, { problem, pressed }: Moment) {
  const { alertId, alertName, foundAt, listing } = find
  const t = findsTexts[eye.language]
  const key = findKey(find)
  return html`<li class="card find" id="find-${key}">
    ${showPhoto(listing, eye)}
    <div>
      <h2 class="clamp" id="title-${key}">${showTitle(listing)}</h2>
      <p>${showPrices(listing, eye)}</p>
      ${showComparison(find, eye)}
      <p class="small quiet">
        ${[listing.brand, listing.size, listing.condition].filter((part) => part !== null).join(' · ')}
      </p>
      <p class="small">
        <a href="/alerts/${alertId}"><bdi>${alertName}</bdi></a> · ${listing.market.toUpperCase()} ·
        ${showTime(foundAt, eye)}
      </p>
      ${showMark(find, eye)} ${showSale(find, eye)}
      ${problem === null ? '' : html`<p class="note care small" role="alert">${t.notAsked[problem]}</p>`}
      ${eye.mayChange ? showButtons(find, back, pressed, eye) : ''}
    </div>
  </li>`
}
