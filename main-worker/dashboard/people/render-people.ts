import { html } from 'hono/html'
import type { Invitation, ListedPerson } from '#shared/database/people.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { renderInviteForm } from './render-invite-form.ts'
import type { InviteForm } from './render-invite-form.ts'
import { renderSecret } from './render-secret.ts'
import type { Secret } from './render-secret.ts'
import { peopleTexts } from './texts.ts'

export type PeopleFacts = {
  people: readonly ListedPerson[]
  invitations: readonly Invitation[]
  hasBot: boolean
  /** The owner's chat is in the configuration. */
  isChatFixed: boolean
  invite: InviteForm
  /** Shown once, above everything. */
  secret: Secret | null
  done: string | undefined
}

function personCard(person: ListedPerson, viewer: Viewer) {
  const t = peopleTexts[viewer.language]
  const { id, role, name, chatId, language, timeZone, quietFrom, quietUntil, alerts } = person
  const row = (word: string, value: unknown) =>
    html`<dt>${word}</dt>
      <dd>${value}</dd>`
  return html`<li class="card roomy" id="person-${id}">
    <h3><bdi>${name}</bdi> <small>${t.roles[role]}</small></h3>
    <dl>
      ${row(t.chat, chatId ?? html`<span class="quiet">${t.noChat}</span>`)} ${row(t.alerts, alerts)}
      ${row(t.language, t.languages[language])} ${row(t.zone, timeZone)}
      ${row(t.quiet, quietFrom === null ? t.noQuiet : `${quietFrom}–${quietUntil ?? ''}`)}
    </dl>
    <div class="actions sm">
      <form method="post" action="/people/${id}/login-link">
        <button aria-label="${t.loginLinkFor(name)}">${t.loginLink}</button>
      </form>
      ${
        role === 'owner'
          ? html`<a class="button" href="/me">${t.change}</a>`
          : html`<form method="post" action="/people/${id}/remove">
              <button class="danger" aria-label="${t.removeWho(name)}">${t.remove}</button>
            </form>`
      }
    </div>
  </li>`
}

function invitationRow({ id, name, role, expiresAt }: Invitation, viewer: Viewer) {
  const t = peopleTexts[viewer.language]
  return html`<li class="card">
    <h3><bdi>${name}</bdi> <small>${t.roles[role]}</small></h3>
    <p class="small">${t.expires} ${showTime(expiresAt, viewer)}</p>
    <form method="post" action="/people/invitations/${id}/revoke" class="sm">
      <button aria-label="${t.revokeFor(name)}">${t.revoke}</button>
    </form>
  </li>`
}

function renderBinding({ people, hasBot, isChatFixed }: PeopleFacts, { language }: Viewer) {
  const t = peopleTexts[language]
  const isBound = people.some(({ role, chatId }) => role === 'owner' && chatId !== null)
  return html`<h2>${t.bind}</h2>
    ${
      hasBot
        ? html`<p>${isBound ? t.bindSome : t.bindNone} ${isChatFixed ? t.bindFixed : ''}</p>
            <form method="post" action="/people/owner-code">
              <button class="${isBound ? '' : 'primary'}">${t.showCode}</button>
            </form>`
        : html`<p>${t.noBot}</p>`
    }`
}

/** The owner's people: who may command the bot and log in. */
export function renderPeople(facts: PeopleFacts, viewer: Viewer) {
  const { people, invitations, invite, secret, done } = facts
  const t = peopleTexts[viewer.language]
  const told = done === undefined ? undefined : t.done[done]
  return html`<h1>${t.title}</h1>
    <p class="quiet">${t.intro}</p>
    ${told === undefined ? '' : html`<p class="note" role="status">${told}</p>`}
    ${secret === null ? '' : renderSecret(secret, viewer)}
    <h2>${t.everybody}</h2>
    <ul class="cards" id="people">
      ${people.map((person) => personCard(person, viewer))}
    </ul>
    ${renderBinding(facts, viewer)}
    <h2>${t.invite}</h2>
    ${renderInviteForm(invite, viewer)}
    <h2>${t.invitations}</h2>
    ${
      invitations.length === 0
        ? html`<p class="quiet">${t.noInvitation}</p>`
        : html`<ul class="cards">
            ${invitations.map((invitation) => invitationRow(invitation, viewer))}
          </ul>`
    }`
}
