import { html } from 'hono/html'
import type { Run } from '#shared/contracts/run.ts'
import type { RunPage, Skipped } from '#shared/database/statistics.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { duration, figure } from './figures.ts'
import { runsTexts } from './texts.ts'

const MARKS = {
  running: { shape: '◐', tone: 'care' },
  done: { shape: '●', tone: 'good' },
  partial: { shape: '◆', tone: 'care' },
  failed: { shape: '■', tone: 'bad' },
  skipped: { shape: '○', tone: 'quiet' },
} as const

export function showStatus(status: Run['status'], { language }: Viewer) {
  const { shape, tone } = MARKS[status]
  return html`<span class="state ${tone}"
    ><span aria-hidden="true">${shape}</span>&nbsp;${runsTexts[language].statuses[status]}</span
  >`
}

export const triggerWord = (trigger: string, { language }: Viewer): string =>
  runsTexts[language].triggers[trigger] ?? trigger

/** Ended: as long as it took; running: as long as it has taken. */
export const durationOf = ({ startedAt, finishedAt, summary }: Run, { now }: Viewer): number =>
  summary?.durationMs ?? Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt))

const COLUMNS = [
  'when',
  'status',
  'alerts',
  'finds',
  'errors',
  'duration',
  'requests',
  'saved',
  'regions',
  'trigger',
] as const
const NUMBERS: ReadonlySet<string> = new Set(['alerts', 'finds', 'errors', 'duration', 'requests', 'saved'])

const skippedRow = ({ count, reason }: Skipped, { language }: Viewer) =>
  count === 0
    ? ''
    : html`<tr>
        <td colspan="${COLUMNS.length}" class="small quiet">
          <span aria-hidden="true">○</span>
          ${runsTexts[language].skipped(count)}${reason === null ? '' : ` (${reason})`}
        </td>
      </tr>`

function runRow(run: Run, viewer: Viewer) {
  const { language } = viewer
  const t = runsTexts[language]
  const totals = run.summary?.totals
  const number = (value: number | undefined) =>
    html`<td class="number">${value === undefined ? '–' : figure(value, language)}</td>`
  const regions = run.summary?.workers ?? []
  const wellRegions = regions.filter(({ ok }) => ok).length
  return html`<tr>
    <th scope="row"><a href="/runs/${run.runId}">${showTime(run.startedAt, viewer)}</a></th>
    <td>${showStatus(run.status, viewer)}</td>
    <td class="number">
      ${totals ? t.checkedOf(figure(totals.alertsChecked, language), figure(totals.alerts, language)) : '–'}
    </td>
    ${number(totals?.newMatches)} ${number(totals?.errors)}
    <td class="number">${duration(durationOf(run, viewer), language)}</td>
    ${number(totals?.requests)} ${number(totals?.requestsSaved)}
    <td>${run.summary ? t.checkedOf(String(wellRegions), String(regions.length)) : '–'}</td>
    <td>${triggerWord(run.trigger, viewer)}</td>
  </tr>`
}

/** Every cycle, newest first; ticks that were skipped are one row. `isNewest`: the first page; `isContinuous`: rows are reports. */
export function renderRuns(page: RunPage, isNewest: boolean, isContinuous: boolean, viewer: Viewer) {
  const t = runsTexts[viewer.language]
  const last = page.runs.at(-1)
  const isEmpty = page.runs.length === 0 && page.skippedSince.count === 0
  return html`<h1>${t.title}</h1>
    <p class="quiet">${isContinuous ? t.introContinuous : t.intro} <a href="/evidence">${t.evidenceList}</a></p>
    ${
      isEmpty
        ? html`<p>${t.none}</p>`
        : html`<div class="wide roomy" role="region" aria-label="${t.title}" tabindex="0">
            <table id="runs">
              <thead>
                <tr>
                  ${COLUMNS.map(
                    (column) =>
                      html`<th scope="col" class="${NUMBERS.has(column) ? 'number' : ''}">${t.columns[column]}</th>`,
                  )}
                </tr>
              </thead>
              <tbody>
                ${skippedRow(page.skippedSince, viewer)}
                ${page.runs.map((run) => html`${runRow(run, viewer)}${skippedRow(run.skippedBefore, viewer)}`)}
              </tbody>
            </table>
          </div>`
    }
    <p class="actions">
      ${isNewest ? '' : html`<a class="button" href="/runs">${t.newest}</a>`}
      ${page.hasMore && last ? html`<a class="button" href="/runs?before=${last.runId}">${t.older}</a>` : ''}
    </p>`
}
