import { html } from 'hono/html'
import type { OutboxRow } from '#shared/database/outbox.ts'
import type { Language } from '#shared/outbox/texts.ts'
import { pageTexts } from './texts.ts'

const MARKS: Record<OutboxRow['status'], { shape: string; tone: string }> = {
  waiting: { shape: '◷', tone: 'care' },
  sending: { shape: '▸', tone: 'care' },
  sent: { shape: '●', tone: 'good' },
  merged: { shape: '◆', tone: '' },
  failed: { shape: '▲', tone: 'bad' },
  cancelled: { shape: '✕', tone: '' },
}

/** How a message stands: a shape and a word; the colour only repeats them. */
export function showMessageState(status: OutboxRow['status'], language: Language) {
  const { shape, tone } = MARKS[status]
  return html`<span class="state ${tone}"
    ><span aria-hidden="true">${shape}</span> ${pageTexts[language].messageStates[status]}</span
  >`
}
