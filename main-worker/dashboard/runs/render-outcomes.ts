import { html } from 'hono/html'
import type { RunDetails, RunOutcome } from '#shared/database/statistics.ts'
import { showDropped } from '../parts/show-dropped.ts'
import type { Viewer } from '../parts/show-time.ts'
import { duration, figure } from './figures.ts'
import { runsTexts } from './texts.ts'
import { showVerdict } from '../parts/verdicts.ts'

export const shows = ['all', 'problems', 'finds'] as const
export type Show = (typeof shows)[number]

/** Which alerts, and which page of them (from 0), `size` on each. */
export type OutcomePage = { show: Show; page: number; size: number }

const COLUMNS = ['alert', 'result', 'finds', 'matches', 'items', 'dropped', 'took', 'requests'] as const
const NUMBERS: ReadonlySet<string> = new Set(['finds', 'matches', 'items', 'took', 'requests'])

function outcomeRow(outcome: RunOutcome, nameOf: (id: string) => string, viewer: Viewer) {
  const { language } = viewer
  const t = runsTexts[language]
  const number = (value: number) => html`<td class="number">${figure(value, language)}</td>`
  return html`<tr>
    <th scope="row">
      ${
        outcome.name === null
          ? html`<span class="quiet">${t.gone}</span>`
          : html`<a href="/alerts/${outcome.alertId}"><bdi>${outcome.name}</bdi></a>`
      }
      <small
        >${[outcome.market?.toUpperCase(), nameOf(outcome.workerId)].filter((part) => part !== undefined).join(' · ')}</small
      >
    </th>
    <td>
      ${showVerdict(outcome.verdict, language)}
      ${outcome.error === null ? '' : html`<br /><small><bdi>${outcome.error}</bdi></small>`}
      ${outcome.evidenceId === null ? '' : html`<br /><a class="small" href="/evidence/${outcome.evidenceId}">${t.evidence}</a>`}
    </td>
    ${number(outcome.newMatches)} ${number(outcome.matches)} ${number(outcome.itemsChecked)}
    <td class="small">${showDropped(outcome.dropped, language)}</td>
    <td class="number">${outcome.ms === null ? '–' : duration(outcome.ms, language)}</td>
    ${number(outcome.requests)}
  </tr>`
}

function pager(runId: string, count: number, { show, page, size }: OutcomePage, { language }: Viewer) {
  const t = runsTexts[language]
  const pages = Math.ceil(count / size)
  if (pages < 2) return ''
  const link = (to: number, words: string) =>
    html`<a class="button" href="/runs/${runId}?show=${show}&page=${to + 1}#outcomes">${words}</a>`
  return html`<p class="actions">
    ${page > 0 ? link(page - 1, t.previous) : ''} <span>${t.pageOf(page + 1, pages)}</span>
    ${page + 1 < pages ? link(page + 1, t.next) : ''}
  </p>`
}

/** Every alert's outcome, a page of them; what failed comes first. */
export function renderOutcomes(run: RunDetails, nameOf: (id: string) => string, page: OutcomePage, viewer: Viewer) {
  const { language } = viewer
  const t = runsTexts[language]
  const filter = (show: Show) =>
    html`<a
      class="button"
      href="/runs/${run.runId}?show=${show}#outcomes"
      ${show === page.show ? html`aria-current="true"` : ''}
      >${t.show[show]} (${figure(run.counts[show], language)})</a
    >`
  return html`<h2 id="outcomes">${t.outcomes}</h2>
    <p class="actions sm">${shows.map(filter)}</p>
    ${
      run.alerts.length === 0
        ? html`<p>${t.noOutcome}</p>`
        : html`<div class="wide roomy" role="region" aria-label="${t.outcomes}" tabindex="0">
            <table>
              <thead>
                <tr>
                  ${COLUMNS.map(
                    (column) =>
                      html`<th scope="col" class="${NUMBERS.has(column) ? 'number' : ''}">${t.outcome[column]}</th>`,
                  )}
                </tr>
              </thead>
              <tbody>
                ${run.alerts.map((outcome) => outcomeRow(outcome, nameOf, viewer))}
              </tbody>
            </table>
          </div>`
    }
    ${pager(run.runId, run.counts[page.show], page, viewer)}`
}
