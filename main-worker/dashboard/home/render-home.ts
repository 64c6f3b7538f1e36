import { html } from 'hono/html'
import type { Find, Home } from '#shared/database/live.ts'
import type { Incident } from '#shared/database/incidents.ts'
import { incidentWords } from '#shared/incidents/incident-texts.ts'
import { workerAvailability } from '../../fleet/worker-availability.ts'
import { showPhoto, showPrices, showTitle } from '../parts/show-listing.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { showWorker } from './show-worker.ts'
import { homeTexts } from './texts.ts'

/** What of the page moves while somebody looks, by the id of its element. */
export type Fragments = Record<'state' | 'fleet' | 'cycle' | 'incidents' | 'finds', ReturnType<typeof html>>

/** `isContinuous`: each search is asked in its own time (SCHEDULE). */
type Eye = Viewer & { mayControl: boolean; isContinuous: boolean }

/** "Four regions at work. Last check 8 s ago. 3 new finds in the last hour." */
function showState(home: Home, eye: Eye) {
  const t = homeTexts[eye.language]
  const { workers, pause } = home.fleet
  const available = workerAvailability(workers).available.length
  const regions =
    workers.length === 0
      ? t.noRegion
      : available === 0
        ? t.nobodyAtWork(workers.length)
        : t.regionsAtWork(available, workers.length)
  const paused =
    pause &&
    html`<p class="note care">
      <strong>${t.fleetPaused}</strong>,
      ${pause.until === null ? t.untilResumed : html`${t.ends} ${showTime(pause.until, eye)}`} (${pause.reason}).
    </p>`
  return html`<p class="lead">
      ${pause ? '' : html`${regions} `}${t.lastCheck} ${showTime(home.lastCheckAt, eye)}.
      ${t.findsLastHour(home.findsLastHour)} ${home.waiting > 0 ? t.waiting(home.waiting) : ''}
      ${home.failed > 0 ? html`<a href="/deliveries?status=failed">${t.failed(home.failed)}</a>` : ''}
      ${home.alerts.all > 0 && home.alerts.active === 0 ? t.noActiveAlert : ''}
    </p>
    ${paused ?? ''}`
}

/** With SCHEDULE=continuous there is no end to come nearer to: a report says how many searches it asked so far. */
function showReport(run: NonNullable<Home['run']>, eye: Eye) {
  const t = homeTexts[eye.language]
  const isRunning = run.status === 'running'
  const checked = run.workers.reduce((sum, worker) => sum + worker.checked, 0)
  return html`<h2>
      ${isRunning ? t.report : t.lastReport} <small>${showTime(isRunning ? run.startedAt : run.finishedAt, eye)}</small>
    </h2>
    <p>${t.reportWords(checked)}</p>`
}

function showCycle({ run, fleet }: Home, eye: Eye) {
  const t = homeTexts[eye.language]
  if (run === null)
    return html`<h2>${t.lastCycle}</h2>
      <p>${t.noCycle}</p>`
  if (eye.isContinuous) return showReport(run, eye)
  const nameOf = new Map(fleet.workers.map(({ id, name, region }) => [id, `${name} (${region})`]))
  const isRunning = run.status === 'running'
  return html`<h2>
      ${isRunning ? t.cycle : t.lastCycle} <small>${showTime(isRunning ? run.startedAt : run.finishedAt, eye)}</small>
    </h2>
    <ul class="cards">
      ${run.workers.map(
        ({ id, planned, checked }) =>
          html`<li class="small">
            <label for="cycle-${id}">${nameOf.get(id) ?? id} <small>${t.done(checked, planned)}</small></label>
            <progress id="cycle-${id}" max="${planned}" value="${checked}">${t.done(checked, planned)}</progress>
          </li>`,
      )}
    </ul>`
}

function showIncident(incident: Incident, eye: Eye) {
  const t = homeTexts[eye.language]
  const { what, does, can } = incidentWords(incident.kind, incident.subject, eye.language)
  return html`<li class="card">
    <h3><span aria-hidden="true">▲</span> ${what}</h3>
    <p class="small">
      ${t.opened}
      ${showTime(incident.since, eye)}${
        incident.until === null ? '' : html`, ${t.expected} ${showTime(incident.until, eye)}`
      }
    </p>
    <p class="small quiet">${incident.detail}</p>
    <p>${does} ${can}</p>
    ${incident.evidenceId === null ? '' : html`<a href="/evidence/${incident.evidenceId}">${t.evidence}</a>`}
  </li>`
}

const showFind = ({ alertId, alertName, foundAt, listing }: Find, eye: Eye) =>
  html`<li class="card find">
    ${showPhoto(listing, eye)}
    <div>
      <h3 class="clamp">${showTitle(listing)}</h3>
      <p>${showPrices(listing, eye)}</p>
      <p class="small quiet">
        ${[listing.brand, listing.size, listing.condition].filter((part) => part !== null).join(' · ')}
      </p>
      <p class="small">
        <a href="/alerts/${alertId}"><bdi>${alertName}</bdi></a> · ${listing.market.toUpperCase()} ·
        ${showTime(foundAt, eye)}
      </p>
    </div>
  </li>`

/** The moving parts of the home page, each as the content of its element. */
export function homeFragments(home: Home, eye: Eye): Fragments {
  const t = homeTexts[eye.language]
  return {
    state: showState(home, eye),
    fleet: html`<ul class="cards">
      ${home.fleet.workers.map((worker) => showWorker(worker, home, eye))}
    </ul>`,
    cycle: showCycle(home, eye),
    incidents:
      home.incidents.length === 0
        ? html``
        : html`<h2>${t.incidents}</h2>
            <ul class="cards">
              ${home.incidents.map((incident) => showIncident(incident, eye))}
            </ul>`,
    finds:
      home.finds.length === 0
        ? html`<p class="quiet">${t.noFind}</p>`
        : html`<ul class="cards">
            ${home.finds.map((find) => showFind(find, eye))}
          </ul>`,
  }
}

function fleetControls(home: Home, { language }: Eye) {
  const t = homeTexts[language]
  return html`<div class="actions sm">
    <form method="post" action="/runs/now"><button>${t.runNow}</button></form>
    ${
      home.fleet.pause
        ? html`<form method="post" action="/fleet/resume"><button class="primary">${t.resumeAll}</button></form>`
        : html`<a class="button" href="/fleet/pause">${t.pauseAll}</a>`
    }
  </div>`
}

/** The content of the home page; it moves by the stream /live/home. */
export function renderHome(home: Home, eye: Eye) {
  const t = homeTexts[eye.language]
  const parts = homeFragments(home, eye)
  return html`<h1>${t.title}</h1>
    <div hx-sse:connect="/live/home" hx-swap="none"></div>
    <p id="lost" class="note care" role="status" hidden>${t.lost}</p>
    <div id="state" aria-live="polite">${parts.state}</div>
    ${
      home.alerts.all === 0
        ? html`<p>${t.noAlert} <a class="button primary" href="/alerts/new">${t.makeAlert}</a></p>`
        : ''
    }
    <div id="incidents">${parts.incidents}</div>
    <h2>${t.finds}</h2>
    <div id="finds">${parts.finds}</div>
    <p><a href="/finds">${t.allFinds}</a></p>
    <h2>${t.fleet}</h2>
    ${eye.mayControl ? fleetControls(home, eye) : ''}
    <div id="fleet">${parts.fleet}</div>
    <div id="cycle">${parts.cycle}</div>`
}
