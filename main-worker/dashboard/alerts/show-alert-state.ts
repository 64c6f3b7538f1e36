import { html } from 'hono/html'
import type { AlertDetails, ListedAlert } from '#shared/database/activity.ts'
import { alertState } from '../../alerts/alert-state.ts'
import type { AlertState } from '../../alerts/alert-state.ts'
import { nextCheck } from '../../alerts/next-check.ts'
import type { Beat } from '../../alerts/next-check.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { alertsTexts } from './texts.ts'

type Stated = Parameters<typeof alertState>[0]

const SHAPES: Record<AlertState, { shape: string; tone: 'good' | 'care' | 'bad' | '' }> = {
  active: { shape: '●', tone: 'good' },
  new: { shape: '○', tone: '' },
  snoozed: { shape: '☾', tone: 'care' },
  parked: { shape: '▲', tone: 'bad' },
  paused: { shape: '❚❚', tone: 'care' },
}

/** A shape and a word, until when, and why when Vigie parked it. */
export function showAlertState(alert: Stated, viewer: Viewer) {
  const t = alertsTexts[viewer.language]
  const { state, until } = alertState(alert, viewer.now)
  const { shape, tone } = SHAPES[state]
  return html`<span class="state ${tone}"><span aria-hidden="true">${shape}</span> ${t.states[state]}</span>${
      until === null ? '' : html` <span class="small">${t.stateUntil} ${showTime(until, viewer)}</span>`
    }${state === 'parked' ? html` <span class="small">${t.colon}<bdi>${alert.parkedReason}</bdi></span>` : ''}`
}

export type CycleClock = Pick<AlertDetails, 'lastTickAt' | 'pause'> & { beat: Beat }

/** When it is looked at next: a time where the clock tells one, a word where not. */
export function showNextCheck(alert: Stated & Pick<ListedAlert, 'isPlanned'>, clock: CycleClock, viewer: Viewer) {
  const { lastTickAt, pause, beat } = clock
  const next = nextCheck(alert, alert.isPlanned, { lastTickAt, isPaused: pause !== null, beat, now: viewer.now })
  return next.kind === 'at' ? showTime(next.at, viewer) : alertsTexts[viewer.language].next[next.kind]
}

/** Said once, above everything that waits for it. */
export function showFleetPause({ pause }: Pick<CycleClock, 'pause'>, viewer: Viewer) {
  const t = alertsTexts[viewer.language]
  if (pause === null) return ''
  return html`<p class="note care">
    ${t.fleetPaused}
    ${pause.until === null ? t.fleetPausedOpen : html`${t.fleetPausedUntil} ${showTime(pause.until, viewer)}.`}
    (<bdi>${pause.reason}</bdi>)
  </p>`
}
