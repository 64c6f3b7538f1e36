import { html } from 'hono/html'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import { isResting } from '../../alerts/alert-state.ts'
import type { ShownAlert } from '../../alerts/list-alerts.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { showAlertState, showNextCheck } from './show-alert-state.ts'
import type { CycleClock } from './show-alert-state.ts'
import type { DayView } from './show-day.ts'
import { showDropped } from '../parts/show-dropped.ts'
import { verdictWord } from '../parts/verdicts.ts'
import { alertsTexts } from './texts.ts'

type Eye = Viewer & { mayChange: boolean }

/** What all rows of a page share; `hasOwners`: say whose each is. */
type RowFacts = { clock: CycleClock; hasOwners: boolean; showDay: DayView }

const fact = (name: string, value: unknown) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

/** One alert of the list: a row on a wide screen, a card on a narrow one. */
export function renderRow(alert: ShownAlert, { clock, hasOwners, showDay }: RowFacts, eye: Eye) {
  const t = alertsTexts[eye.language]
  const { id, name, market, lastCheck } = alert
  const verdict = lastCheck === null || lastCheck.verdict === 'ok' ? null : lastCheck.verdict
  const isResumable = isResting(alert, eye.now)
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
    <div class="history">${showDay(alert.hours)}</div>
    <dl class="small">
      ${fact(
        t.lastGood,
        html`${showTime(alert.lastCheckedAt, eye)}${
          verdict === null
            ? ''
            : html` ·
                <span class="state bad"
                  ><span aria-hidden="true">▲</span> ${t.lastFailed} ${verdictWord(verdict, eye.language)}</span
                >`
        }`,
      )}
      ${fact(t.nextCheck, showNextCheck(alert, clock, eye))} ${fact(t.finds24, alert.finds)}
      ${lastCheck === null ? '' : fact(t.dropped, showDropped(lastCheck.dropped, eye.language) || t.droppedNone)}
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
