import { html } from 'hono/html'
import type { Delivery } from '#shared/database/deliveries.ts'
import type { Viewer } from '../parts/show-time.ts'
import { showState } from './show-delivery.ts'
import { deliveriesTexts } from './texts.ts'

/** Nobody looks at a screen for longer. */
const WATCHED_MS = 30_000

/** What of a test is worth a word to somebody who waits: nothing is sent, or said, while it stays the same. */
export const testSign = ({ status, attempts }: Delivery): string => `${status}.${attempts}`

const isOpen = ({ status }: Delivery): boolean => status === 'waiting' || status === 'sending'

export const isWatched = (test: Delivery, now: number): boolean =>
  isOpen(test) && now - Date.parse(test.createdAt) < WATCHED_MS

function showWord({ status, lastError }: Delivery, { language }: Viewer) {
  const t = deliveriesTexts[language]
  const state = (shape: string, tone: string, word: string) =>
    html`<span class="state ${tone}"><span aria-hidden="true">${shape}</span> ${word}</span>`
  switch (status) {
    case 'waiting':
      return html`${state('◷', 'care', t.testWaits)} ${lastError === null ? '' : html`<q>${lastError}</q>`}`
    case 'sending':
      return state('▸', 'care', t.testSending)
    case 'sent':
      return state('●', 'good', t.testSent)
    case 'failed':
      return html`${state('▲', 'bad', t.testFailed)} <q>${lastError ?? ''}</q>`
    case 'merged':
    case 'cancelled':
      return state('✕', '', t.testOther)
    default:
      return status satisfies never
  }
}

/** The same in the list of messages below, as a second piece of the answer. */
export const showTestRow = (test: Delivery, eye: Viewer) =>
  html`<hx-partial hx-target="#message-state-${test.id}" hx-swap="innerHTML">${showState(test, eye)}</hx-partial>`

/** How a test message fares: asks again every second until it is settled, or nobody looks any more. */
export function showTest(test: Delivery, eye: Viewer) {
  const t = deliveriesTexts[eye.language]
  const watch = html`hx-get="/deliveries/test/${test.id}?seen=${testSign(test)}" hx-trigger="every 1s"
  hx-swap="outerHTML"`
  const isLate = isOpen(test) && !isWatched(test, eye.now)
  return html`<p id="test-state" ${isWatched(test, eye.now) ? watch : ''}>
    ${showWord(test, eye)} ${isLate ? t.testSlow : ''}
    ${isOpen(test) ? html`<a href="/deliveries?test=${test.id}#test">${t.lookAgain}</a>` : ''}
  </p>`
}
