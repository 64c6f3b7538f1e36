import { html } from 'hono/html'
import type { Language } from '#shared/outbox/texts.ts'
import { alertsTexts } from './texts.ts'

type Told = {
  done: string | undefined
  n?: number | undefined
  skipped?: number | undefined
  refused?: number | undefined
}

const NOT_DONE = new Set(['badTime', 'nothing', 'closed'])

/** What has just happened, as the address of the page says it; a word nobody knows says nothing. */
export function renderTold({ done, n, skipped = 0, refused = 0 }: Told, language: Language) {
  const t = alertsTexts[language]
  if (done === undefined || !Object.hasOwn(t.done, done)) return ''
  const words = t.done[done as keyof typeof t.done]
  return html`<p class="note ${NOT_DONE.has(done) ? 'care' : ''}" role="status">
    ${words} ${n === undefined || done === 'nothing' ? '' : html`<strong>${n}</strong>.`}
    ${skipped > 0 ? t.skipped(skipped) : ''} ${refused > 0 ? t.refusedLinks(refused) : ''}
  </p>`
}
