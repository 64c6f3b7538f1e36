import { html } from 'hono/html'
import type { RunDetails } from '#shared/database/statistics.ts'
import { exactTime, showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { duration, figure } from './figures.ts'
import { durationOf, showStatus, triggerWord } from './render-runs.ts'
import { renderOutcomes } from './render-outcomes.ts'
import type { OutcomePage } from './render-outcomes.ts'
import { renderTimeLine } from './render-time-line.ts'
import { runsTexts } from './texts.ts'
import { timeLine } from './time-line.ts'
import { showVerdict } from '../parts/verdicts.ts'

type NameOf = (workerId: string) => string

function renderTotals(run: RunDetails, viewer: Viewer) {
  const { language } = viewer
  const t = runsTexts[language]
  const { summary, counts } = run
  const totals = summary?.totals
  const row = (name: string, value: unknown) =>
    html`<dt>${name}</dt>
      <dd>${value}</dd>`
  const number = (name: string, value: number | undefined) =>
    value === undefined ? '' : row(name, figure(value, language))
  const checked = counts.all - counts.problems - counts.open
  return html`<div class="card roomy">
    <dl>
      ${row(t.columns.status, showStatus(run.status, viewer))} ${row(t.columns.when, showTime(run.startedAt, viewer))}
      ${row(t.columns.trigger, triggerWord(run.trigger, viewer))}
      ${row(t.columns.duration, duration(durationOf(run, viewer), language))}
      ${row(t.columns.alerts, t.checkedOf(figure(checked, language), figure(counts.all, language)))}
      ${number(t.columns.finds, totals?.newMatches)} ${number(t.columns.errors, totals?.errors)}
      ${number(t.items, totals?.itemsChecked)} ${number(t.matches, totals?.matches)}
      ${number(t.columns.requests, totals?.requests)} ${number(t.savedBySharing, totals?.requestsSaved)}
      ${summary?.reason === undefined ? '' : row(t.whyNot, summary.reason)}
    </dl>
  </div>`
}

function renderErrors({ summary, refusals }: RunDetails, nameOf: NameOf, viewer: Viewer) {
  const t = runsTexts[viewer.language]
  const failed = (summary?.workers ?? []).filter(({ error }) => error !== undefined)
  if (failed.length + refusals.length === 0) return ''
  return html`<ul class="small">
    ${failed.map(({ id, error }) => html`<li>${nameOf(id)} · ${t.lastError} <bdi>${error ?? ''}</bdi></li>`)}
    ${refusals.map(
      ({ workerId, at, verdict, evidenceId }) =>
        html`<li>
          ${nameOf(workerId)} · ${showVerdict(verdict, viewer.language)} ${showTime(at, viewer)}
          ${evidenceId === null ? '' : html`<a href="/evidence/${evidenceId}">${t.evidence}</a>`}
        </li>`,
    )}
  </ul>`
}

function renderUnderWay({ searches }: RunDetails, isContinuous: boolean, viewer: Viewer) {
  const t = runsTexts[viewer.language]
  const done = searches.filter(({ verdict }) => verdict !== null).length
  // A report of the schedule lasts until its time is over: what it has asked is no part of anything.
  if (isContinuous) return html`<p role="status">${t.reportNow} ${t.asked(done)}</p>`
  return html`<p role="status">${t.runningNow}</p>
    <label for="run-progress">${t.progress(done, searches.length)}</label>
    <progress id="run-progress" max="${Math.max(1, searches.length)}" value="${done}"></progress>`
}

/** What moves while a run is under way; it asks for itself again until the run has ended. */
export function renderRunProgress(run: RunDetails, nameOf: NameOf, isContinuous: boolean, viewer: Viewer) {
  const t = runsTexts[viewer.language]
  const isRunning = run.status === 'running'
  const endedAt = run.finishedAt === null ? viewer.now : Date.parse(run.finishedAt)
  const polling = html`hx-get="/runs/${run.runId}/progress" hx-trigger="every 2s" hx-swap="outerHTML"`
  return html`<div id="run" ${isRunning ? polling : ''}>
    ${isRunning ? renderUnderWay(run, isContinuous, viewer) : ''}
    <h2>${t.totals}</h2>
    ${renderTotals(run, viewer)} ${renderErrors(run, nameOf, viewer)}
    ${renderTimeLine(timeLine(run, endedAt), nameOf, viewer)}
  </div>`
}

export function renderRun(run: RunDetails, nameOf: NameOf, page: OutcomePage, isContinuous: boolean, viewer: Viewer) {
  const t = runsTexts[viewer.language]
  return html`<p><a href="/runs">${t.back}</a></p>
    <h1>${t.runTitle(exactTime(run.startedAt, viewer))}</h1>
    ${renderRunProgress(run, nameOf, isContinuous, viewer)} ${renderOutcomes(run, nameOf, page, viewer)}`
}
