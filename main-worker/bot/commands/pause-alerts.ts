import type { Alert } from '#shared/contracts/alert.ts'
import type { Button } from '#shared/messaging/messaging-provider.ts'
import { cut } from '#shared/outbox/listing-line.ts'
import type { Change } from '../../alerts/change-fields.ts'
import { isResting } from '../../alerts/alert-state.ts'
import type { Answer, Asked } from '../asked.ts'
import { pressData } from '../reading/read-press.ts'
import { readNumber } from '../reading/read-number.ts'
import { readUntil } from '../reading/read-until.ts'
import { message, say } from '../words/compose.ts'
import { showMoment } from '../words/show-time.ts'
import { alertsOf } from './alerts-of.ts'
import { changeAlert } from './change-alert.ts'

const LABEL_CHARS = 30
const MOST_ROWS = 30
const SNOOZE_HOURS = [1, 8, 24]

const labelOf = (all: readonly Alert[], alert: Alert): string =>
  `${all.indexOf(alert) + 1}. ${cut(alert.name, LABEL_CHARS)}`

async function changeNumbered(asked: Asked, all: readonly Alert[], number: number, change: Change): Promise<Answer> {
  const alert = all[number - 1]
  return alert ? changeAlert(asked, alert, change) : say(asked.t.noSuchNumber(number))
}

/** A row of buttons per alert that comes into question. */
const offer = (question: string, rows: Button[][]): Answer => ({
  replies: [message([question], rows.slice(0, MOST_ROWS))],
})

/** `/pause 3`; without a number: which one? */
export async function pauseAlert(asked: Asked, argument: string): Promise<Answer> {
  const { t } = asked
  const all = await alertsOf(asked)
  const { number } = readNumber(argument)
  if (number !== null) return changeNumbered(asked, all, number, { to: 'paused' })
  const active = all.filter((alert) => alert.isActive)
  if (active.length === 0) return say(all.length === 0 ? t.noAlerts : t.nothingToPause)
  return offer(
    t.pauseWhich,
    active.map((alert) => [{ label: labelOf(all, alert), data: pressData({ verb: 'pause', id: alert.id }) }]),
  )
}

/** `/resume 3`: ends a pause, a snooze, or what set it aside. */
export async function resumeAlert(asked: Asked, argument: string): Promise<Answer> {
  const { t, now } = asked
  const all = await alertsOf(asked)
  const { number } = readNumber(argument)
  if (number !== null) return changeNumbered(asked, all, number, { to: 'resumed' })
  const resting = all.filter((alert) => isResting(alert, now))
  if (resting.length === 0) return say(t.nothingToResume)
  return offer(
    t.resumeWhich,
    resting.map((alert) => [{ label: labelOf(all, alert), data: pressData({ verb: 'resume', id: alert.id }) }]),
  )
}

/** `/snooze 3 2h`, `/snooze 3 until 18:00`, `/snooze 2h`, `/snooze`: what is missing is asked with buttons. */
export async function snoozeAlert(asked: Asked, argument: string): Promise<Answer> {
  const { t, now, person } = asked
  const all = await alertsOf(asked)
  if (all.length === 0) return say(t.noAlerts)
  // `2 h` is a time, not the second alert.
  const wholeUntil = readUntil(argument, now, person.timeZone)
  const { number, rest } = wholeUntil === null ? readNumber(argument) : { number: null, rest: argument }
  const until = wholeUntil ?? readUntil(rest, now, person.timeZone)
  if (until === null && rest !== '') return say(t.howToSnooze)
  if (number !== null && until !== null) return changeNumbered(asked, all, number, { to: 'snoozed', until })
  if (number !== null && !all[number - 1]) return say(t.noSuchNumber(number))
  const asking = number === null ? all.filter((alert) => alert.isActive) : all.slice(number - 1, number)
  const rows = asking.map((alert): Button[] => {
    const { id } = alert
    if (until !== null)
      return [{ label: labelOf(all, alert), data: pressData({ verb: 'until', id, atS: Math.floor(until / 1000) }) }]
    return SNOOZE_HOURS.map((hours) => ({
      label: `${all.indexOf(alert) + 1} · ${t.hoursButton(hours)}`,
      data: pressData({ verb: 'snooze', id, minutes: hours * 60 }),
    }))
  })
  if (rows.length === 0) return say(t.nothingToPause)
  return offer(t.snoozeWhich(until === null ? null : showMoment(until, now, person)), rows)
}
