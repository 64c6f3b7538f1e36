import type { Alert } from '#shared/contracts/alert.ts'
import { cut, LONGEST_IN_LIST } from '#shared/outbox/listing-line.ts'
import { hashOf } from '../../people/codes.ts'
import type { Answer, Asked } from '../asked.ts'
import { readNumber } from '../reading/read-number.ts'
import { pressData } from '../reading/read-press.ts'
import { message, say, toast } from '../words/compose.ts'
import { alertsOf } from './alerts-of.ts'

const MOST_BUTTONS = 50
const SELLER_CHARS = 40
const KEY_CHARS = 8

const keyOf = (seller: string): string => hashOf(seller).slice(0, KEY_CHARS)

/** `/mute`: who is muted, with a button each. `/mute 3 seller`: one more for alert 3. */
export async function muteSellers(asked: Asked, argument: string): Promise<Answer> {
  const { context, t } = asked
  const all = await alertsOf(asked)
  if (argument === '') return listMuted(asked, all)
  const { number, rest } = readNumber(argument)
  const seller = cut(rest.replace(/^@/, ''), 200)
  if (number === null || seller === '') return say(t.muteHow)
  const alert = all[number - 1]
  if (!alert) return say(t.noSuchNumber(number))
  const muted = await context.database.call('set_seller_muted', { alert_ids: [alert.id], seller, is_muted: true })
  return say(muted.length === 0 ? t.listFull : t.muted(cut(seller, SELLER_CHARS), cut(alert.name, LONGEST_IN_LIST)))
}

function listMuted({ t }: Asked, all: readonly Alert[]): Answer {
  const withMuted = all
    .map((alert, place) => ({ alert, number: place + 1 }))
    .filter(({ alert }) => alert.blockedSellers.length > 0)
  if (withMuted.length === 0) return say(t.nobodyMuted)
  const lines = withMuted.map(({ alert, number }) => {
    const sellers = alert.blockedSellers.map((seller) => cut(seller, SELLER_CHARS)).join(', ')
    return `${number}. ${cut(alert.name, LONGEST_IN_LIST)} – ${cut(sellers, 400)}`
  })
  const buttons = withMuted.flatMap(({ alert: { id, blockedSellers }, number }) =>
    blockedSellers.map((seller) => [
      {
        label: `${number} · ${t.showAgain(cut(seller, SELLER_CHARS))}`,
        data: pressData({ verb: 'unblock', id, key: keyOf(seller) }),
      },
    ]),
  )
  return { replies: [message([t.mutedSellers, ...lines], buttons.slice(0, MOST_BUTTONS))] }
}

/** The button beside a muted seller. */
export async function showMutedSeller({ context, t }: Asked, alert: Alert, key: string): Promise<Answer> {
  const seller = alert.blockedSellers.find((each) => keyOf(each) === key)
  if (seller === undefined) return toast(t.unmutedToast)
  await context.database.call('set_seller_muted', { alert_ids: [alert.id], seller, is_muted: false })
  const said = t.unmuted(cut(seller, SELLER_CHARS), cut(alert.name, LONGEST_IN_LIST))
  return { ...say(said), toast: t.unmutedToast }
}
