import { html } from 'hono/html'
import type { Viewer } from '../parts/show-time.ts'
import { markProblem, showProblem } from './show-problem.ts'
import { peopleTexts } from './texts.ts'

export const invitedRoles = ['member', 'viewer'] as const

/** As it was filled in; `problems` by field. */
export type InviteForm = { name: string; role: string; problems: { name?: string; role?: string } }

export const emptyInvite: InviteForm = { name: '', role: 'member', problems: {} }

export function renderInviteForm({ name, role, problems }: InviteForm, { language }: Viewer) {
  const t = peopleTexts[language]
  return html`<p class="small quiet">${t.inviteHow}</p>
    <form method="post" action="/people/invitations">
      <div class="fields">
        <div>
          <label for="invite-name">${t.name}</label>
          <input
            id="invite-name"
            name="name"
            value="${name}"
            maxlength="100"
            autocomplete="off"
            required
            ${markProblem('invite-name', problems.name)}
          />
          ${showProblem('invite-name', problems.name)}
        </div>
        <div>
          <label for="invite-role">${t.role}</label>
          <select id="invite-role" name="role" ${markProblem('invite-role', problems.role)}>
            ${invitedRoles.map(
              (one) => html`<option value="${one}" ${one === role ? 'selected' : ''}>${t.roles[one]}</option>`,
            )}
          </select>
          ${showProblem('invite-role', problems.role)}
        </div>
      </div>
      <p><button class="primary">${t.makeCode}</button></p>
    </form>`
}
