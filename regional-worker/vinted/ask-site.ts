import type { FencedItem, Pace, SlotAnswer } from '#shared/egress/take-slot.ts'
import type { SiteRequest } from './protocol.ts'
import type { SiteAnswer, SiteClient } from './site-client.ts'

type Deps = { pace: Pace; site: SiteClient }
/** In whose turn a request leaves: `short` commands go ahead of a check. */
export type Turn = { kind: 'check' | 'short'; item: FencedItem | null }

/** No slot, no request: the address is banned, the fleet is paused, or the cycle gave this item to somebody else. */
export type NoSlot = Exclude<SlotAnswer, { kind: 'granted' }>

export const isNoSlot = (answer: SiteAnswer | NoSlot): answer is NoSlot =>
  answer.kind !== 'answer' && answer.kind !== 'no-answer'

/** The one way a request leaves for the site. `signal` ends the wait for the turn; a request on its way is finished. */
export async function askSite(
  { pace, site }: Deps,
  turn: Turn,
  request: SiteRequest,
  signal: AbortSignal,
): Promise<SiteAnswer | NoSlot> {
  const slot = await pace.takeSlot(turn.kind, turn.item, signal)
  return slot.kind === 'granted' ? site.get(request) : slot
}
