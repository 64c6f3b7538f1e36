import { html } from 'hono/html'
import type { Language } from '#shared/outbox/texts.ts'
import { loginTexts } from './texts.ts'

type Told = 'wrongKey' | 'tooMany' | 'linkGone' | 'signedOut'

/** `next`: where the person wanted to go. */
export function renderLogin(language: Language, next: string, told: Told | null) {
  const t = loginTexts[language]
  const isBad = told !== null && told !== 'signedOut'
  return html`<h1>${t.title}</h1>
    <p>${t.intro}</p>
    ${told === null ? '' : html`<p class="note ${isBad ? 'bad' : ''}" role="${isBad ? 'alert' : 'status'}">${t[told]}</p>`}
    <form method="post" action="/login">
      <input type="hidden" name="next" value="${next}" />
      <p>
        <label for="key">${t.key}</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required />
      </p>
      <button class="primary">${t.signIn}</button>
    </form>
    <p>${t.withBot}</p>
    <p class="quiet">${t.whereKey}</p>`
}

/** Looking at the link must not use it up: chats fetch links for their previews. */
export function renderLoginLink(language: Language, code: string) {
  const t = loginTexts[language]
  return html`<h1>${t.linkTitle}</h1>
    <p>${t.linkIntro}</p>
    <form method="post" action="/login/${code}"><button class="primary">${t.signIn}</button></form>`
}
