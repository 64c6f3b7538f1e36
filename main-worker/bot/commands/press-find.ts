import type { Alert } from '#shared/contracts/alert.ts'
import type { Find } from '#shared/database/bot.ts'
import type { Button } from '#shared/messaging/messaging-provider.ts'
import { cut, LONGEST_IN_LIST } from '#shared/outbox/listing-line.ts'
import { changeFields } from '../../alerts/change-fields.ts'
import type { Answer, Asked } from '../asked.ts'
import { mayChange } from '../may-change.ts'
import { pressData } from '../reading/read-press.ts'
import { message, say, toast } from '../words/compose.ts'
import { showMore } from './show-more.ts'

type FindVerb = 'mute' | 'unmute' | 'stop' | 'go' | 'more'

const namesOf = (alerts: readonly Alert[]): string =>
  cut(alerts.map(({ name }) => cut(name, LONGEST_IN_LIST)).join(', '), 300)

/** Mutes the seller for every alert that this message was told for, or takes it back. */
async function muteSeller(
  asked: Asked,
  findId: string,
  find: Find,
  alerts: Alert[],
  isMuted: boolean,
): Promise<Answer> {
  const { context, t } = asked
  const seller = find.listing.seller?.id
  if (seller === undefined) return toast(t.noSeller)
  const alert_ids = alerts.map(({ id }) => id)
  const done = await context.database.call('set_seller_muted', {
    alert_ids,
    seller: String(seller),
    is_muted: isMuted,
  })
  if (done.length === 0) return { ...say(t.listFull), toast: t.listFull }
  const undo: Button = { label: t.undo, data: pressData({ verb: 'unmute', id: findId }) }
  return isMuted
    ? { replies: [message([t.mutedHere(namesOf(done))], [[undo]])], toast: t.mutedToast }
    : { ...say(t.unmutedHere(namesOf(done))), toast: t.unmutedToast }
}

async function pauseAll({ context, t }: Asked, findId: string, alerts: Alert[], isPaused: boolean): Promise<Answer> {
  const changes = changeFields({ to: isPaused ? 'paused' : 'resumed' })
  for (const { id } of alerts) await context.database.call('update_alert', { id, changes })
  const resume: Button = { label: t.resumeButton, data: pressData({ verb: 'go', id: findId }) }
  const said = isPaused ? t.paused(namesOf(alerts)) : t.resumed(namesOf(alerts))
  return { replies: [message([said], isPaused ? [[resume]] : [])], toast: said }
}

/** A button under a find: it speaks for those of its alerts that are theirs. */
export async function pressFind(asked: Asked, verb: FindVerb, findId: string): Promise<Answer> {
  const { context, person, t } = asked
  const { database } = context
  const find = await database.call('read_find', { id: findId })
  if (!find) return toast(t.forgotten)
  const found = await Promise.all(find.alertIds.map((id) => database.call('get_alert', { id })))
  const alerts = found.filter((alert) => alert !== null).filter((alert) => mayChange(person, alert))
  if (alerts.length === 0) return toast(found.length === 0 ? t.forgotten : t.notYours)
  switch (verb) {
    case 'mute':
    case 'unmute':
      return muteSeller(asked, findId, find, alerts, verb === 'mute')
    case 'stop':
    case 'go':
      return pauseAll(asked, findId, alerts, verb === 'stop')
    case 'more':
      return showMore(asked, find.listing)
    default:
      return verb satisfies never
  }
}
