import { html } from 'hono/html'
import { timeZones } from '../../people/read-profile.ts'
import type { ProfileForm, ProfileProblems } from '../../people/read-profile.ts'
import type { Viewer } from '../parts/show-time.ts'
import { markProblem, showProblem } from './show-problem.ts'
import { peopleTexts } from './texts.ts'

type Field = keyof ProfileForm

/** What a person may change about themselves, as it was filled in, and the ways out. */
export function renderMe(
  { form, problems, done }: { form: ProfileForm; problems: ProfileProblems; done: string | undefined },
  { language }: Viewer,
) {
  const t = peopleTexts[language]
  const told = done === undefined ? undefined : t.done[done]
  const wordsOf = (field: Field): string | undefined => {
    const problem = problems[field]
    return problem === undefined ? undefined : t.problems[problem]
  }
  const mark = (field: Field) => markProblem(field, wordsOf(field))
  const problem = (field: Field) => showProblem(field, wordsOf(field))
  const time = (field: 'quietFrom' | 'quietUntil') =>
    html`<div>
      <label for="${field}">${t[field]}</label>
      <input id="${field}" name="${field}" type="time" value="${form[field]}" ${mark(field)} />
      ${problem(field)}
    </div>`
  return html`<h1>${t.me}</h1>
    <p class="quiet">${t.meIntro}</p>
    ${told === undefined ? '' : html`<p class="note" role="status">${told}</p>`}
    <form method="post" action="/me">
      <div class="fields">
        <div>
          <label for="name">${t.name}</label>
          <input
            id="name"
            name="name"
            value="${form.name}"
            maxlength="100"
            autocomplete="name"
            required
            ${mark('name')}
          />
          ${problem('name')}
        </div>
        <div>
          <label for="language">${t.language}</label>
          <select id="language" name="language" ${mark('language')}>
            ${(['fr', 'en'] as const).map(
              (one) =>
                html`<option value="${one}" ${one === form.language ? 'selected' : ''}>${t.languages[one]}</option>`,
            )}
          </select>
          ${problem('language')}
        </div>
        <div>
          <label for="timeZone">${t.zone}</label>
          <select id="timeZone" name="timeZone" ${mark('timeZone')}>
            ${timeZones.map(
              (zone) => html`<option value="${zone}" ${zone === form.timeZone ? 'selected' : ''}>${zone}</option>`,
            )}
          </select>
          ${problem('timeZone')}
        </div>
      </div>
      <fieldset>
        <legend>${t.quiet}</legend>
        <p class="small quiet">${t.quietHow}</p>
        <div class="fields">${time('quietFrom')} ${time('quietUntil')}</div>
      </fieldset>
      <p><button class="primary">${t.save}</button></p>
    </form>
    <h2>${t.signOut}</h2>
    <div class="actions">
      <form method="post" action="/logout"><button>${t.signOutHere}</button></form>
      <form method="post" action="/logout/everywhere"><button>${t.signOutEverywhere}</button></form>
    </div>`
}
