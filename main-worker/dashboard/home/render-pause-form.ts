import { html } from 'hono/html'
import type { Language } from '#shared/outbox/texts.ts'
import { pageTexts } from '../parts/texts.ts'
import { homeTexts } from './texts.ts'

/** Asks before everything stops, with the count of alerts, for how long and why. */
export function renderPauseForm(activeAlerts: number, language: Language) {
  const t = homeTexts[language]
  const durations = Object.entries(t.durations)
  return html`<h1>${t.askPause(activeAlerts)}</h1>
    <form method="post" action="/fleet/pause">
      <div class="fields">
        <label
          >${t.pauseFor}
          <select name="minutes">
            ${durations.map(([minutes, words]) => html`<option value="${minutes}">${words}</option>`)}
          </select>
        </label>
        <label>${t.pauseReason} <input name="reason" maxlength="200" /></label>
      </div>
      <p class="actions">
        <button class="danger">${pageTexts[language].yes(t.doPause)}</button>
        <a class="button" href="/">${pageTexts[language].no}</a>
      </p>
    </form>`
}
