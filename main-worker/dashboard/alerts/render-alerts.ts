import { html } from 'hono/html'
import type { AlertActivity, ListedAlert } from '#shared/database/activity.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import { alertState, alertStates } from '../../alerts/alert-state.ts'
import type { AlertFilter } from '../../alerts/filter-alerts.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { showAlertState, showFleetPause, showNextCheck } from './show-alert-state.ts'
import type { CycleClock } from './show-alert-state.ts'
import { dayLegend, showDay } from './show-day.ts'
import { showDropped } from './show-dropped.ts'
import { alertsTexts } from './texts.ts'

/** More rows than this are read by nobody; the filter finds the others. */
export const PAGE_SIZE = 50

/** `matching`: what the filter leaves of all; `page` counts from 1. */
export type AlertList = {
  activity: AlertActivity
  matching: readonly ListedAlert[]
  filter: AlertFilter
  page: number
  everyMs: number | null
  told: unknown
}
type Eye = Viewer & { mayChange: boolean }

const queryOf = (filter: AlertFilter, page: number): string => {
  const entries = Object.entries({ ...filter, page: page > 1 ? String(page) : '' }).filter(([, value]) => value !== '')
  return entries.length === 0 ? '/alerts' : `/alerts?${new URLSearchParams(entries).toString()}`
}

const option = (value: string, chosen: string, label: string) =>
  html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${label}</option>`

function filterForm({ activity, filter }: AlertList, { language }: Viewer) {
  const t = alertsTexts[language]
  const markets = [...new Set(activity.alerts.map(({ market }) => market))].sort()
  return html`<form class="fields" method="get" action="/alerts" role="search" aria-label="${t.filter}">
    <div class="field">
      <label for="filter-q">${t.filterText}</label>
      <input id="filter-q" name="q" type="search" maxlength="200" value="${filter.q}" />
    </div>
    <div class="field">
      <label for="filter-market">${t.market}</label>
      <select id="filter-market" name="market">
        ${option('', filter.market, t.allMarkets)}
        ${markets.map((id) => option(id, filter.market, findMarket(id)?.host ?? id))}
      </select>
    </div>
    <div class="field">
      <label for="filter-state">${t.state}</label>
      <select id="filter-state" name="state">
        ${option('', filter.state, t.allStates)} ${alertStates.map((id) => option(id, filter.state, t.states[id]))}
      </select>
    </div>
    <div class="actions"><button>${t.filter}</button> <a class="button" href="/alerts">${t.clear}</a></div>
  </form>`
}

const fact = (name: string, value: unknown) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

function row(alert: ListedAlert, clock: CycleClock, hasOwners: boolean, eye: Eye) {
  const t = alertsTexts[eye.language]
  const { id, name, market, lastCheck } = alert
  const verdict = lastCheck === null || lastCheck.verdict === 'ok' ? null : lastCheck.verdict
  const isResumable = ['paused', 'snoozed', 'parked'].includes(alertState(alert, eye.now).state)
  return html`<li class="card" id="alert-${id}">
    ${
      eye.mayChange
        ? html`<input type="checkbox" name="ids" value="${id}" form="bulk" aria-label="${t.select(name)}" />`
        : html`<span></span>`
    }
    <div class="what">
      <h2>
        <a href="/alerts/${id}"><bdi>${name}</bdi></a>
      </h2>
      <p class="small">
        <span class="quiet">${findMarket(market)?.host ?? market}</span>${
          hasOwners ? html` · ${t.owner} <bdi>${alert.personName}</bdi>` : ''
        }
        · ${showAlertState(alert, eye)}
      </p>
    </div>
    <div class="chart">${showDay(alert.hours, eye)}</div>
    <dl class="small">
      ${fact(
        t.lastGoodCheck,
        html`${showTime(alert.lastCheckedAt, eye)}${
          verdict === null
            ? ''
            : html` ·
                <span class="state bad"
                  ><span aria-hidden="true">▲</span> ${t.lastFailed}
                  ${(t.verdicts as Record<string, string>)[verdict] ?? verdict}</span
                >`
        }`,
      )}
      ${fact(t.nextCheck, showNextCheck(alert, clock, eye))} ${fact(t.finds24, alert.finds)}
      ${lastCheck === null ? '' : fact(t.dropped, showDropped(lastCheck.dropped, eye.language))}
    </dl>
    ${
      eye.mayChange
        ? html`<div class="actions sm">
            ${
              isResumable
                ? html`<button form="bulk" formaction="/alerts/${id}/resume" name="back" value="list">
                    ${t.resume}
                  </button>`
                : html`<button form="bulk" formaction="/alerts/${id}/pause" name="back" value="list">
                    ${t.pause}
                  </button>`
            }
            <a class="button" href="/alerts/${id}/edit">${t.edit}</a>
          </div>`
        : ''
    }
  </li>`
}

/** What is done with the selected alerts; export is a link of its own kind, since nothing changes. */
function bulkForm({ matching, filter }: AlertList, isPaged: boolean, { language }: Viewer) {
  const t = alertsTexts[language]
  return html`<form id="bulk" method="post" action="/alerts/bulk" class="row sm">
    <label class="inline"><input type="checkbox" data-all="ids" /> ${t.selectAll}</label>
    ${
      isPaged
        ? html`<label class="inline"
            ><input type="checkbox" name="all" value="yes" /> ${t.selectEverything(matching.length)}</label
          >`
        : ''
    }
    ${Object.entries(filter).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <label
      >${t.withSelected}
      <select name="action">
        ${Object.entries(t.bulk).map(([action, words]) => html`<option value="${action}">${words}</option>`)}
      </select>
    </label>
    <button>${t.apply}</button>
    <button formmethod="get" formaction="/alerts/export.json">${t.exportSelected}</button>
  </form>`
}

function pager({ matching, filter, page }: AlertList, { language }: Viewer) {
  const t = alertsTexts[language]
  const pages = Math.ceil(matching.length / PAGE_SIZE)
  if (pages < 2) return ''
  return html`<nav class="pager" aria-label="${t.pages}">
    <ul>
      ${Array.from({ length: pages }, (_, index) => index + 1).map(
        (number) =>
          html`<li>
            <a
              href="${queryOf(filter, number)}"
              aria-label="${t.page(number)}"
              ${number === page ? html`aria-current="page"` : ''}
              >${number}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}

/** Every alert of who looks, with what it did in the last day. */
export function renderAlerts(list: AlertList, eye: Eye) {
  const t = alertsTexts[eye.language]
  const { activity, matching, page, everyMs } = list
  const { alerts, people } = activity
  const shown = matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  const clock = { ...activity, everyMs }
  const canFilter = alerts.length > 0
  return html`<h1>
      ${t.title}
      <small
        >${matching.length === alerts.length ? t.count(alerts.length) : t.shown(matching.length, alerts.length)}</small
      >
    </h1>
    ${list.told} ${showFleetPause(activity, eye)}
    <div class="actions">
      ${
        eye.mayChange
          ? html`<a class="button primary" href="/alerts/new">${t.newAlert}</a>
              <a class="button" href="/alerts/import">${t.import}</a>`
          : ''
      }
      ${canFilter ? html`<a class="button" href="/alerts/export.json">${t.exportAll}</a>` : ''}
    </div>
    ${
      canFilter
        ? html`${filterForm(list, eye)}
          ${eye.mayChange && shown.length > 0 ? bulkForm(list, shown.length < matching.length, eye) : ''}
          ${dayLegend(eye)}`
        : html`<p>${t.none}</p>`
    }
    ${canFilter && shown.length === 0 ? html`<p>${t.noneMatches}</p>` : ''}
    <ul class="alerts">
      ${shown.map((alert) => row(alert, clock, people > 1, eye))}
    </ul>
    ${pager(list, eye)}`
}
