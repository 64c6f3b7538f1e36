import { html } from 'hono/html'
import type { AlertDetails } from '#shared/database/activity.ts'
import { marketIds, findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { Beat } from '../../alerts/next-check.ts'
import { isResting } from '../../alerts/alert-state.ts'
import { snoozes } from '../../alerts/snooze-until.ts'
import { toWallClock } from '../../alerts/zoned-time.ts'
import { findsPath } from '../../finds/parse-find-page.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { renderAlertWays } from '../ways-out/render-alert-ways.ts'
import type { AlertWays } from '../ways-out/render-alert-ways.ts'
import { showAlertState, showFleetPause, showNextCheck } from './show-alert-state.ts'
import { alertChecks, alertFinds, alertMessages } from './show-alert-past.ts'
import { createDayView, dayLegend } from './show-day.ts'
import { alertInWords } from './show-search.ts'
import { alertPastTexts } from './past-texts.ts'
import { alertsTexts } from './texts.ts'

/** `seesRuns`: a member does not, since runs are about everybody's alerts. */
type Eye = Viewer & { mayChange: boolean; seesRuns: boolean }

const TWO_HOURS_MS = 7_200_000

function snoozeForm(path: string, eye: Eye) {
  const t = alertsTexts[eye.language]
  return html`<form method="post" action="${path}/snooze" class="row">
    <label
      >${t.snoozeFor}
      <select name="for">
        ${snoozes.map((snooze) => html`<option value="${snooze}">${t.snoozes[snooze]}</option>`)}
      </select>
    </label>
    <label
      >${t.snoozeAt}
      <input type="datetime-local" name="at" value="${toWallClock(eye.now + TWO_HOURS_MS, eye.timeZone)}" />
    </label>
    <button>${t.snooze}</button>
  </form>`
}

function cloneForm(path: string, own: string, eye: Eye) {
  const t = alertsTexts[eye.language]
  return html`<form method="post" action="${path}/clone" class="row">
    <label
      >${t.market}
      <select name="market">
        ${marketIds.map((id) => (id === own ? '' : html`<option value="${id}">${findMarket(id)?.host ?? id}</option>`))}
      </select>
    </label>
    <button>${t.clone}</button>
  </form>`
}

function actions({ alert }: AlertDetails, eye: Eye) {
  const t = alertsTexts[eye.language]
  const path = `/alerts/${alert.id}`
  const post = (verb: string, label: string) =>
    html`<form method="post" action="${path}/${verb}"><button>${label}</button></form>`
  const isResumable = isResting(alert, eye.now)
  return html`<div class="actions">
      <a class="button primary" href="${path}/edit">${t.edit}</a>
      ${isResumable ? post('resume', t.resume) : post('pause', t.pause)} ${post('test', t.test)}
      <form method="post" action="${path}/delete"><button class="danger">${t.delete}</button></form>
    </div>
    <div class="tools">${alert.isActive ? snoozeForm(path, eye) : ''} ${cloneForm(path, alert.market, eye)}</div>`
}

/** `hasOwners`: say whose it is. */
function facts(details: AlertDetails, ways: AlertWays, beat: Beat, eye: Eye) {
  const t = alertsTexts[eye.language]
  const { alert, finds } = details
  const row = (name: string, value: unknown) =>
    html`<dt>${name}</dt>
      <dd>${value}</dd>`
  return html`<div class="cards about">
    <section class="card" aria-labelledby="about-search">
      <h2 id="about-search">${t.filters}</h2>
      <dl>${alertInWords(alert, eye.language).map(([label, words]) => row(label, html`<bdi>${words}</bdi>`))}</dl>
      ${
        alert.url === null
          ? ''
          : html`<p><a href="${alert.url}" rel="noreferrer" target="_blank">${t.openSearch}</a></p>`
      }
    </section>
    <section class="card" aria-labelledby="about-checks">
      <h2 id="about-checks">${t.day}</h2>
      ${createDayView(eye)(details.hours)} ${dayLegend(eye)}
      <dl>
        ${row(t.lastGoodCheck, showTime(alert.lastCheckedAt, eye))}
        ${row(t.nextCheck, showNextCheck({ ...alert, isPlanned: details.isPlanned }, { ...details, beat }, eye))}
        ${row(
          t.finds24,
          details.hours.reduce((sum, [, , , n]) => sum + n, 0),
        )}
        ${row(alertPastTexts[eye.language].finds, finds.length === 0 ? 0 : html`<a href="${findsPath(alert.id)}">${details.allFinds}</a>`)}
        ${row(t.created, showTime(alert.createdAt, eye))}
      </dl>
    </section>
    <section class="card" aria-labelledby="about-delivery">
      <h2 id="about-delivery">${t.delivery}</h2>
      <dl>
        ${details.people > 1 ? row(t.owner, html`<bdi>${details.personName}</bdi>`) : ''}
        ${row(t.chat, alert.chatId ?? t.defaultChat)} ${alert.topicId === null ? '' : row(t.topic, alert.topicId)}
        ${row(t.language, t.languages[alert.language])} ${row(t.cap, alert.maxMessagesPerHour ?? t.noCap)}
      </dl>
      ${renderAlertWays(alert, ways, eye)}
    </section>
  </div>`
}

/** Everything of one alert. `told`: what has just happened to it. */
export function renderAlert(details: AlertDetails, ways: AlertWays, beat: Beat, told: unknown, eye: Eye) {
  return html`<h1><bdi>${details.alert.name}</bdi></h1>
    ${told} ${showFleetPause(details, eye)}
    <p class="lead">${showAlertState(details.alert, eye)}</p>
    ${eye.mayChange ? actions(details, eye) : ''} ${facts(details, ways, beat, eye)} ${alertFinds(details, eye)}
    ${alertChecks(details, eye)} ${alertMessages(details, eye)}`
}
