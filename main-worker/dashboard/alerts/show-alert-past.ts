import { html } from 'hono/html'
import type { AlertDetails, RecentCheck } from '#shared/database/activity.ts'
import type { OutboxRow } from '#shared/database/outbox.ts'
import { findsPath } from '../../finds/parse-find-page.ts'
import { showDropped } from '../parts/show-dropped.ts'
import { showMessageState } from '../parts/show-message-state.ts'
import { showPhoto, showPrices, showTitle } from '../parts/show-listing.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { showVerdict } from '../parts/verdicts.ts'
import { alertPastTexts } from './past-texts.ts'
import { alertsTexts } from './texts.ts'

type Eye = Viewer & { seesRuns: boolean }

const wordsOf = ({ language }: Viewer) => ({ ...alertsTexts[language], ...alertPastTexts[language] })

/** The latest finds of an alert. */
export function alertFinds({ alert, finds, allFinds }: AlertDetails, viewer: Viewer) {
  const t = wordsOf(viewer)
  return html`<h2>${t.finds}</h2>
    ${finds.length === 0 ? html`<p class="quiet">${t.noFinds}</p>` : ''}
    <ul class="cards">
      ${finds.map(
        (find) =>
          html`<li class="card find">
            ${showPhoto(find, viewer)}
            <div>
              <h3 class="clamp">${showTitle(find)}</h3>
              <p>${showPrices(find, viewer)}</p>
              <p class="small quiet">
                ${[find.brand, find.size, find.condition].filter((part) => part !== null).join(' · ')}
              </p>
              <p class="small">${showTime(find.foundAt, viewer)}</p>
            </div>
          </li>`,
      )}
    </ul>
    ${allFinds > finds.length ? html`<p><a href="${findsPath(alert.id)}">${t.allFinds(allFinds)}</a></p>` : ''}`
}

function checkRow(check: RecentCheck, viewer: Eye) {
  const t = wordsOf(viewer)
  const isGood = check.verdict === 'ok'
  return html`<tr>
    <th scope="row">
      ${viewer.seesRuns ? html`<a href="/runs/${check.runId}">${showTime(check.checkedAt, viewer)}</a>` : showTime(check.checkedAt, viewer)}
    </th>
    <td>
      ${showVerdict(check.verdict, viewer.language)}
      ${check.error === null ? '' : html`<br /><span class="small"><bdi>${check.error}</bdi></span>`}
    </td>
    <td class="number">${check.itemsChecked}</td>
    <td class="number">${check.matches}</td>
    <td class="number">${check.newMatches}</td>
    <td>${isGood ? showDropped(check.dropped, viewer.language) || t.droppedNone : ''}</td>
    <td>${check.workerId}</td>
  </tr>`
}

/** The last checks, good or not, and what each filter dropped. */
export function alertChecks({ checks }: AlertDetails, viewer: Eye) {
  const t = wordsOf(viewer)
  if (checks.length === 0)
    return html`<h2>${t.checks}</h2>
      <p class="quiet">${t.noChecks}</p>`
  return html`<h2 id="checks">${t.checks}</h2>
    <div class="wide" role="region" aria-labelledby="checks" tabindex="0">
      <table aria-labelledby="checks">
        <thead>
          <tr>
            <th scope="col">${t.when}</th>
            <th scope="col">${t.verdict}</th>
            <th scope="col" class="number">${t.rows}</th>
            <th scope="col" class="number">${t.matching}</th>
            <th scope="col" class="number">${t.news}</th>
            <th scope="col">${t.dropped}</th>
            <th scope="col">${t.region}</th>
          </tr>
        </thead>
        <tbody>
          ${checks.map((check) => checkRow(check, viewer))}
        </tbody>
      </table>
    </div>`
}

const titleOf = ({ payload }: OutboxRow): string => ('listing' in payload ? payload.listing.title : '')

function messageRow(message: OutboxRow, viewer: Viewer) {
  const t = wordsOf(viewer)
  const kind = (t.kinds as Record<string, string>)[message.kind] ?? message.kind
  return html`<tr>
    <th scope="row">${showTime(message.createdAt, viewer)}</th>
    <td>${kind} <bdi class="clamp">${titleOf(message)}</bdi></td>
    <td>${message.channel === 'console' ? 'console' : message.destination}</td>
    <td>
      ${showMessageState(message.status, viewer.language)}
      ${message.lastError === null ? '' : html`<br /><span class="small"><bdi>${message.lastError}</bdi></span>`}
    </td>
  </tr>`
}

/** Its last messages, with the channel's own words where one did not arrive. */
export function alertMessages({ messages }: AlertDetails, viewer: Viewer) {
  const t = wordsOf(viewer)
  if (messages.length === 0)
    return html`<h2>${t.messages}</h2>
      <p class="quiet">${t.noMessages}</p>`
  return html`<h2 id="messages">${t.messages}</h2>
    <div class="wide" role="region" aria-labelledby="messages" tabindex="0">
      <table aria-labelledby="messages">
        <thead>
          <tr>
            <th scope="col">${t.when}</th>
            <th scope="col">${t.kind}</th>
            <th scope="col">${t.chat}</th>
            <th scope="col">${t.status}</th>
          </tr>
        </thead>
        <tbody>
          ${messages.map((message) => messageRow(message, viewer))}
        </tbody>
      </table>
    </div>`
}
