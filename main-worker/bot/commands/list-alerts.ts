import type { Alert } from '#shared/contracts/alert.ts'
import type { Line } from '#shared/database/outbox.ts'
import type { Button } from '#shared/messaging/messaging-provider.ts'
import { cut, LONGEST_IN_LIST } from '#shared/outbox/listing-line.ts'
import { alertState, isResting } from '../../alerts/alert-state.ts'
import type { Answer, Asked } from '../asked.ts'
import { mayChangeAnything } from '../may-change.ts'
import { pressData } from '../reading/read-press.ts'
import { bold, line, message, say } from '../words/compose.ts'
import { showAge, showMoment } from '../words/show-time.ts'
import { alertsOf } from './alerts-of.ts'

/** Telegram takes 100 buttons below a message; a phone shows fewer with pleasure. */
const PER_MESSAGE = 20
const MOST_MESSAGES = 3
const EIGHT_HOURS_MIN = 8 * 60

type Numbered = { alert: Alert; number: number }

function stateWords({ t, person, now }: Asked, alert: Alert): string {
  const { state, until } = alertState(alert, now)
  const moment = until === null ? null : showMoment(Date.parse(until), now, person)
  if (state === 'snoozed') return t.state.snoozed(moment ?? '')
  return state === 'parked' ? t.state.parked(moment) : t.state[state]
}

function alertLine(asked: Asked, { alert, number }: Numbered): Line {
  const { t, now } = asked
  const { lastCheckedAt } = alert
  const checked = lastCheckedAt === null ? t.neverChecked : t.checked(showAge(Date.parse(lastCheckedAt), now, t))
  return line(`${number}. `, bold(cut(alert.name, LONGEST_IN_LIST)), ` – ${stateWords(asked, alert)} · ${checked}`)
}

function alertButtons({ t, now }: Asked, { alert, number }: Numbered): Button[] {
  const button = (label: string, data: string): Button => ({ label: `${number} · ${label}`, data })
  const { id } = alert
  if (isResting(alert, now)) return [button(t.resumeButton, pressData({ verb: 'resume', id }))]
  return [
    button(t.pauseButton, pressData({ verb: 'pause', id })),
    button(t.snoozeButton, pressData({ verb: 'snooze', id, minutes: EIGHT_HOURS_MIN })),
  ]
}

/** Every alert with its number, how it is and when it was last checked. */
export async function listAlerts(asked: Asked): Promise<Answer> {
  const { t, person } = asked
  const all = (await alertsOf(asked)).map((alert, place): Numbered => ({ alert, number: place + 1 }))
  if (all.length === 0) return say(mayChangeAnything(person) ? t.noAlerts : t.noAlertsToSee)
  const shown = all.slice(0, PER_MESSAGE * MOST_MESSAGES)
  const pages = Array.from({ length: Math.ceil(shown.length / PER_MESSAGE) }, (_, page) =>
    shown.slice(page * PER_MESSAGE, (page + 1) * PER_MESSAGE),
  )
  const replies = pages.map((page, place) => {
    const head = place === 0 ? [line(bold(t.yourAlerts(all.length)))] : []
    const more = place === pages.length - 1 && all.length > shown.length ? [t.andMore(all.length - shown.length)] : []
    const lines = [...head, ...page.map((each) => alertLine(asked, each)), ...more]
    return message(lines, mayChangeAnything(person) ? page.map((each) => alertButtons(asked, each)) : [])
  })
  return { replies }
}
