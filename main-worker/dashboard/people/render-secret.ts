import { html } from 'hono/html'
import type { Viewer } from '../parts/show-time.ts'
import { peopleTexts } from './texts.ts'

/** What is shown once: a code for a chat (`botName` null: nobody knows the bot's name now), or a link that logs in. */
export type Secret =
  | { kind: 'invitation'; name: string; code: string; botName: string | null }
  | { kind: 'owner-code'; code: string; botName: string | null }
  | { kind: 'login-link'; name: string; url: string }

function renderCode({ code, botName }: { code: string; botName: string | null }, language: Viewer['language']) {
  const t = peopleTexts[language]
  const link = botName === null ? null : `https://t.me/${botName}?start=${code}`
  return html`<p>${t.codeHow}</p>
    <pre id="start-text">/start ${code}</pre>
    ${link === null ? '' : html`<p>${t.orLink} <a id="start-link" href="${link}" rel="noreferrer">${link}</a></p>`}`
}

export function renderSecret(secret: Secret, { language }: Viewer) {
  const t = peopleTexts[language]
  if (secret.kind === 'login-link')
    return html`<section class="note care" role="status">
      <h2>${t.linkOf(secret.name)}</h2>
      <p>${t.linkOnce}</p>
      <pre id="login-link">${secret.url}</pre>
    </section>`
  const isOwner = secret.kind === 'owner-code'
  return html`<section class="note care" role="status">
    <h2>${isOwner ? t.ownerCode : t.codeOf(secret.name)}</h2>
    <p>${isOwner ? t.ownerCodeOnce : t.codeOnce}</p>
    ${renderCode(secret, language)}
  </section>`
}
