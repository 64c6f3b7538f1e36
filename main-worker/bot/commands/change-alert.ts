import type { Alert } from '#shared/contracts/alert.ts'
import type { Button } from '#shared/messaging/messaging-provider.ts'
import { cut, LONGEST_IN_LIST } from '#shared/outbox/listing-line.ts'
import { changeFields } from '../../alerts/change-fields.ts'
import type { Change } from '../../alerts/change-fields.ts'
import type { Answer, Asked } from '../asked.ts'
import { pressData } from '../reading/read-press.ts'
import { message, say } from '../words/compose.ts'
import { showMoment } from '../words/show-time.ts'

/** Brings one alert into this state, whatever it was in, and says so. The caller has checked that it may. */
export async function changeAlert(asked: Asked, { id, name }: Alert, change: Change): Promise<Answer> {
  const { context, person, now, t } = asked
  if (change.to === 'snoozed' && change.until <= now) return { ...say(t.isPast), toast: t.isPast }
  await context.database.call('update_alert', { id, changes: changeFields(change) })
  const shortName = cut(name, LONGEST_IN_LIST)
  const said =
    change.to === 'snoozed' ? t.snoozed(shortName, showMoment(change.until, now, person)) : t[change.to](shortName)
  const resume: Button = { label: t.resumeButton, data: pressData({ verb: 'resume', id }) }
  return { replies: [message([said], change.to === 'resumed' ? [] : [[resume]])], toast: said }
}
