import { html } from 'hono/html'
import type { Alert } from '#shared/contracts/alert.ts'
import type { Incident } from '#shared/database/incidents.ts'
import type { OutboxRow } from '#shared/database/outbox.ts'
import type { IncidentWords } from '#shared/incidents/incident-texts.ts'
import { noticeLines } from '#shared/outbox/notice-lines.ts'
import { style } from './style.ts'
import type { readStats } from '../fleet/read-stats.ts'

type Stats = Awaited<ReturnType<typeof readStats>>
type WorkerStats = Stats['workers'][number]
type Facts = { stats: Stats; alerts: Alert[]; messages: OutboxRow[]; now: number; nonce: string }

function ago(iso: string | null, now: number) {
  if (iso === null) return html`never`
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000))
  const text =
    seconds < 90
      ? `${seconds} s ago`
      : seconds < 5400
        ? `${Math.round(seconds / 60)} min ago`
        : `${Math.round(seconds / 3600)} h ago`
  return html`<time datetime="${iso}" title="${iso}">${text}</time>`
}

/** A word and a shape: never colour alone. */
function stateOf(worker: WorkerStats): string {
  if (worker.bannedUntil !== null)
    return `▲ refused by the site (${worker.banReason ?? '?'}) until ${worker.bannedUntil}`
  if (worker.isDraining) return '◆ drained by hand: gets nothing new until it is resumed'
  return worker.isHealthy ? '● at work' : `■ not reachable: ${worker.lastError ?? 'not checked yet'}`
}

const workerRow = (worker: WorkerStats, now: number) =>
  html`<tr>
    <th scope="row">${worker.name} <small>${worker.region}</small></th>
    <td>${stateOf(worker)}</td>
    <td>${worker.requestCount}</td>
    <td>${worker.successRate === null ? '–' : `${worker.successRate} %`}</td>
    <td>${ago(worker.lastHealthCheckAt, now)}</td>
  </tr>`

const incidentRow = (incident: Incident & IncidentWords, now: number) =>
  html`<tr>
    <td>${ago(incident.since, now)}</td>
    <td>${incident.what}</td>
    <td>
      ${incident.detail}${incident.until === null ? '' : ` (until ${incident.until})`}<br />
      ${incident.does}<br />
      ${incident.can}
    </td>
  </tr>`

const alertState = (alert: Alert): string => {
  if (!alert.isActive) return 'switched off'
  if (alert.parkedReason !== null) return `parked: ${alert.parkedReason}`
  return alert.pausedUntil === null ? 'active' : `paused until ${alert.pausedUntil}`
}

const alertRow = (alert: Alert, now: number) =>
  html`<tr>
    <th scope="row">
      ${alert.url === null ? alert.name : html`<a href="${alert.url}" rel="noreferrer">${alert.name}</a>`}
    </th>
    <td>${alert.market}</td>
    <td>${alertState(alert)}</td>
    <td>${ago(alert.lastCheckedAt, now)}</td>
    <td>${ago(alert.lastMatchAt, now)}</td>
  </tr>`

function messageText({ payload }: OutboxRow): string {
  if ('language' in payload) return noticeLines({ ...payload, language: 'en' })[0] ?? ''
  if (!('listing' in payload)) return `${payload.count} listings`
  const { title, price, totalPrice, currency } = payload.listing
  return `${title}: ${price.toFixed(2)} ${currency}${totalPrice === null ? '' : ` (${totalPrice.toFixed(2)} with fees)`}`
}

const messageRow = (message: OutboxRow, now: number) =>
  html`<tr>
    <td>${ago(message.createdAt, now)}</td>
    <td>${message.kind}</td>
    <td>${messageText(message)}</td>
    <td>${message.status}${message.lastError === null || message.status === 'sent' ? '' : `: ${message.lastError}`}</td>
  </tr>`

function headline({ totalWorkers, availableWorkers, fleet }: Stats, now: number) {
  const { lastCycle, runningCycle, pause } = fleet
  const paused =
    pause &&
    html`<strong
      >The whole fleet is paused ${pause.until === null ? 'until it is resumed' : `until ${pause.until}`}:
      ${pause.reason}.</strong
    > `
  return html`${paused ?? ''}${availableWorkers} of ${totalWorkers} regions at work. Last check:
  ${ago(lastCycle?.finishedAt ?? null, now)}${
    runningCycle ? html`; a cycle has been running since ${ago(runningCycle.startedAt, now)}` : ''
  }.
  ${fleet.outbox.waiting} message(s) waiting.`
}

const table = (caption: string, columns: string[], rows: unknown[], empty: string) =>
  rows.length === 0
    ? html`<h2>${caption}</h2>
        <p>${empty}</p>`
    : html`<h2>${caption}</h2>
        <div class="wide">
          <table>
            <thead>
              <tr>
                ${columns.map((column) => html`<th scope="col">${column}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>
        </div>`

export const renderHome = ({ stats, alerts, messages, now, nonce }: Facts) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Vigie</title>
        <style nonce="${nonce}">
          ${style}
        </style>
      </head>
      <body>
        <main>
          <h1>Vigie</h1>
          <p>${headline(stats, now)}</p>
          ${table(
            'Fleet',
            ['Region', 'State', 'Commands', 'Success', 'Last health check'],
            stats.workers.map((worker) => workerRow(worker, now)),
            'No worker is configured.',
          )}
          ${table(
            'Open incidents',
            ['Since', 'What', 'Why, what Vigie does, what you can do'],
            stats.fleet.incidents.filter(({ isOpen }) => isOpen).map((incident) => incidentRow(incident, now)),
            'None.',
          )}
          ${table(
            'Last messages',
            ['When', 'Kind', 'Content', 'Delivery'],
            messages.map((message) => messageRow(message, now)),
            'Nothing has been found yet.',
          )}
          ${table(
            'Alerts',
            ['Alert', 'Market', 'State', 'Last good check', 'Last find'],
            alerts.map((alert) => alertRow(alert, now)),
            'No alert yet: POST /api/v1/alerts makes one.',
          )}
        </main>
      </body>
    </html>`
