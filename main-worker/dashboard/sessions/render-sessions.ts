import { html } from 'hono/html'
import type { WorkerRow } from '#shared/database/fleet.ts'
import type { Refreshed } from '../../fleet/refresh-sessions.ts'
import type { Renewal } from '../../fleet/renewals.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { showVerdict } from '../parts/verdicts.ts'
import type { Cell } from './session-cells.ts'
import { sessionsTexts } from './texts.ts'

type Eye = Viewer & { mayControl: boolean }

const MARKS = {
  usable: { shape: '●', tone: 'good' },
  shared: { shape: '◍', tone: 'good' },
  unusable: { shape: '■', tone: 'care' },
  expired: { shape: '◇', tone: 'care' },
  resting: { shape: '◐', tone: 'bad' },
  missing: { shape: '○', tone: 'quiet' },
} as const

type Button = { worker?: string; market?: string; words: string; label: string }

const renewButton = ({ worker, market, words, label }: Button) =>
  html`<form method="post" action="/sessions/renew" class="sm">
    ${worker === undefined ? '' : html`<input type="hidden" name="worker" value="${worker}" />`}
    ${market === undefined ? '' : html`<input type="hidden" name="market" value="${market}" />`}
    <button aria-label="${label}">${words}</button>
  </form>`

function cellRow(cell: Cell, name: string, eye: Eye) {
  const t = sessionsTexts[eye.language]
  const { session, market, state, workerId, until } = cell
  const { shape, tone } = MARKS[state]
  const dash = html`<span aria-hidden="true">–</span>`
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${market.toUpperCase()}</td>
    <td>
      <span class="state ${tone}"><span aria-hidden="true">${shape}</span>&nbsp;${t[state]}</span>
      ${until === null ? '' : html`<small>${t.until} ${showTime(until, eye)}</small>`}
    </td>
    ${
      eye.mayControl
        ? html`<td>
            ${
              workerId === null
                ? ''
                : renewButton({
                    worker: workerId,
                    market,
                    words: t.renew,
                    label: t.renewCell(name, market.toUpperCase()),
                  })
            }
          </td>`
        : ''
    }
    <td>${session === null ? dash : showTime(session.createdAt, eye)}</td>
    <td>${session === null ? dash : showTime(session.expiresAt, eye)}</td>
    <td>
      ${
        session === null
          ? dash
          : session.lastVerdict === null
            ? html`<span class="quiet">${t.unused}</span>`
            : showVerdict(session.lastVerdict, eye.language)
      }
    </td>
    <td>${session === null ? dash : (t.sources[session.source] ?? session.source)}</td>
    <td class="small long">${session === null ? dash : session.cookieNames.join(', ')}</td>
  </tr>`
}

function outcome({ worker, market, ok, error, expiresAt }: Refreshed, nameOf: (id: string) => string, viewer: Viewer) {
  const t = sessionsTexts[viewer.language]
  return html`<li>
    ${nameOf(worker)}, ${market.toUpperCase()}
    <span class="state ${ok ? 'good' : 'bad'}"
      ><span aria-hidden="true">${ok ? '●' : '■'}</span>&nbsp;${ok ? t.made : t.notMade}</span
    >
    ${ok && expiresAt !== undefined ? html`<small>${t.expires} ${showTime(expiresAt, viewer)}</small>` : ''}
    ${error === undefined ? '' : html`<bdi>${error}</bdi>`}
  </li>`
}

/** How a renewal goes; it asks for itself again until it is over, and then loads the page with the new sessions. */
export function renderRenewal({ id, refreshed, problem }: Renewal, nameOf: (id: string) => string, viewer: Viewer) {
  const t = sessionsTexts[viewer.language]
  if (problem !== null) return html`<div id="renewal" class="note bad" role="alert"><bdi>${problem}</bdi></div>`
  if (refreshed === null)
    return html`<div
      id="renewal"
      class="note"
      role="status"
      hx-get="/sessions/renewals/${id}"
      hx-trigger="every 1s"
      hx-swap="outerHTML"
    >
      <label for="renewing">${t.renewing}</label>
      <progress id="renewing"></progress>
      <noscript><a href="/sessions?renewal=${id}">${t.lookAgain}</a></noscript>
    </div>`
  return html`<div id="renewal" class="note ${refreshed.every(({ ok }) => ok) ? '' : 'bad'}" role="status">
    <strong>${t.renewed}</strong>
    ${
      refreshed.length === 0
        ? t.nothingMade
        : html`<ul>
            ${refreshed.map((one) => outcome(one, nameOf, viewer))}
          </ul>`
    }
  </div>`
}

type Facts = { workers: readonly WorkerRow[]; cells: readonly Cell[]; renewal: Renewal | null }

export function renderSessions({ workers, cells, renewal }: Facts, eye: Eye) {
  const t = sessionsTexts[eye.language]
  const names = new Map(workers.map(({ id, name, region }) => [id, `${name} (${region})`]))
  const nameOf = (id: string): string => names.get(id) ?? id
  const columns = [
    t.region,
    t.market,
    t.state,
    ...(eye.mayControl ? [t.renew] : []),
    t.age,
    t.expires,
    t.lastVerdict,
    t.source,
    t.cookies,
  ]
  return html`<h1>${t.title}</h1>
    <p class="quiet">${t.intro}</p>
    ${renewal === null ? '' : renderRenewal(renewal, nameOf, eye)}
    ${
      cells.length === 0
        ? html`<p>${workers.length === 0 ? t.noRegion : t.noMarket}</p>`
        : html`${
              eye.mayControl
                ? html`<div class="actions">
                    ${renewButton({ words: t.renewAll, label: t.renewAll })}
                    ${workers.map(({ id }) =>
                      renewButton({ worker: id, words: t.renewRegion(nameOf(id)), label: t.renewRegion(nameOf(id)) }),
                    )}
                  </div>`
                : ''
            }
            <div class="wide roomy gap" role="region" aria-label="${t.title}" tabindex="0">
              <table id="sessions">
                <thead>
                  <tr>
                    ${columns.map((column) => html`<th scope="col">${column}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${cells.map((cell) => cellRow(cell, cell.workerId === null ? t.everyRegion : nameOf(cell.workerId), eye))}
                </tbody>
              </table>
            </div>`
    }`
}
