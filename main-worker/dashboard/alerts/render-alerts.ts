import { html } from 'hono/html'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import type { Beat } from '../../alerts/next-check.ts'
import { alertStates } from '../../alerts/alert-state.ts'
import type { AlertList } from '../../alerts/list-alerts.ts'
import type { Viewer } from '../parts/show-time.ts'
import { listPath } from './list-path.ts'
import { renderRow } from './render-row.ts'
import { showFleetPause } from './show-alert-state.ts'
import { createDayView, dayLegend } from './show-day.ts'
import { alertsTexts } from './texts.ts'

type Eye = Viewer & { mayChange: boolean }

const option = (value: string, chosen: string, label: string) =>
  html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${label}</option>`

function filterForm({ activity, filter }: AlertList, { language }: Viewer) {
  const t = alertsTexts[language]
  const markets = [...new Set(activity.alerts.map(({ market }) => market))].sort()
  return html`<form class="filter tools" method="get" action="/alerts" role="search" aria-label="${t.filter}">
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

/** What is done with the selected alerts; export is a link of its own kind, since nothing changes. */
function bulkForm({ matching, filter }: AlertList, isPaged: boolean, { language }: Viewer) {
  const t = alertsTexts[language]
  return html`<form id="bulk" method="post" action="/alerts/bulk" class="row sm tools">
    <label class="inline"><input type="checkbox" data-all="ids" /> ${t.selectAll}</label>
    ${
      isPaged
        ? html`<label class="inline"
            ><input type="checkbox" name="all" value="yes" /> ${t.selectEverything(matching)}</label
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

function pager({ pages, filter, page }: AlertList, { language }: Viewer) {
  const t = alertsTexts[language]
  if (pages < 2) return ''
  return html`<nav class="pager" aria-label="${t.pages}">
    <ul>
      ${Array.from({ length: pages }, (_, index) => index + 1).map(
        (number) =>
          html`<li>
            <a
              href="${listPath(filter, number > 1 ? { page: number } : {})}"
              aria-label="${t.page(number)}"
              ${number === page ? html`aria-current="page"` : ''}
              >${number}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}

/** Every alert of who looks, with what it did in the last day. `told`: what has just happened to some. */
export function renderAlerts(list: AlertList, beat: Beat, told: unknown, eye: Eye) {
  const t = alertsTexts[eye.language]
  const { activity, matching, shown } = list
  const { alerts, people } = activity
  const facts = { clock: { ...activity, beat }, hasOwners: people > 1, showDay: createDayView(eye) }
  const canFilter = alerts.length > 0
  const count = matching === alerts.length ? t.count(alerts.length) : t.shown(matching, alerts.length)
  return html`<h1>${t.title} <small>${count}</small></h1>
    ${told} ${showFleetPause(activity, eye)}
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
          ${eye.mayChange && shown.length > 0 ? bulkForm(list, shown.length < matching, eye) : ''} ${dayLegend(eye)}`
        : html`<p>${t.none}</p>`
    }
    ${canFilter && shown.length === 0 ? html`<p>${t.noneMatches}</p>` : ''}
    <ul class="alerts">
      ${shown.map((alert) => renderRow(alert, facts, eye))}
    </ul>
    ${pager(list, eye)}`
}
