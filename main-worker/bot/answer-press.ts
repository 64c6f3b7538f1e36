import type { Answer, Asked } from './asked.ts'
import { changeAlert } from './commands/change-alert.ts'
import { pressDraft } from './commands/draft-alert.ts'
import { pressFind } from './commands/press-find.ts'
import { showMutedSeller } from './commands/mute-sellers.ts'
import { setLanguage } from './commands/set-language.ts'
import { mayChange, mayChangeAnything } from './may-change.ts'
import { readPress } from './reading/read-press.ts'
import type { Press } from './reading/read-press.ts'
import { toast } from './words/compose.ts'

const MINUTE_MS = 60_000

/** A button of a list: the alert behind it must be theirs. */
async function pressAlert(asked: Asked, press: Extract<Press, { id: string }>): Promise<Answer> {
  const { context, person, now, t } = asked
  const alert = await context.database.call('get_alert', { id: press.id })
  if (!alert || !mayChange(person, alert)) return toast(t.notYours)
  if (press.verb === 'unblock') return showMutedSeller(asked, alert, press.key)
  if (press.verb === 'snooze')
    return changeAlert(asked, alert, { to: 'snoozed', until: now + press.minutes * MINUTE_MS })
  if (press.verb === 'until') return changeAlert(asked, alert, { to: 'snoozed', until: press.atS * 1000 })
  return changeAlert(asked, alert, { to: press.verb === 'pause' ? 'paused' : 'resumed' })
}

/** Buttons are checked like commands: anybody in the chat may press, and may send any data. */
export async function answerPress(asked: Asked, data: string): Promise<Answer> {
  const { t, person } = asked
  const press = readPress(data)
  if (press === null) return toast(t.outdated)
  if (press.verb === 'lang') return setLanguage(asked, press.language)
  if (!mayChangeAnything(person)) return toast(t.onlyLooking)
  switch (press.verb) {
    case 'save':
    case 'edit':
    case 'cancel':
      return pressDraft(asked, press.verb, press.version)
    case 'mute':
    case 'unmute':
    case 'stop':
    case 'go':
    case 'more':
      return pressFind(asked, press.verb, press.id)
    case 'pause':
    case 'resume':
    case 'snooze':
    case 'until':
    case 'unblock':
      return pressAlert(asked, press)
    default:
      return press satisfies never
  }
}
