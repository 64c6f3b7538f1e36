import { z } from 'zod'
import type { ListedAlert } from '#shared/database/activity.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import { alertState, alertStates } from './alert-state.ts'

/** What the list is narrowed to; empty is no filter. */
export const AlertFilter = z.object({
  q: z.string().trim().max(200).default(''),
  market: z.string().max(2).default(''),
  state: z.enum(['', ...alertStates]).default(''),
})
export type AlertFilter = z.infer<typeof AlertFilter>

const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

export function filterAlerts(
  alerts: readonly ListedAlert[],
  { q, market, state }: AlertFilter,
  now: number,
): ListedAlert[] {
  const wanted = plain(q)
  return alerts.filter(
    (alert) =>
      (market === '' || alert.market === market) &&
      (state === '' || alertState(alert, now).state === state) &&
      (wanted === '' ||
        [alert.name, alert.personName, findMarket(alert.market)?.host ?? alert.market].some((text) =>
          plain(text).includes(wanted),
        )),
  )
}
