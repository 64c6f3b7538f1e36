import type { FindFilter, FindPlace, FindRow } from '#shared/database/finds.ts'
import type { Context } from '../context.ts'
import { comparePrice } from './compare-price.ts'
import type { PriceComparison } from './compare-price.ts'
import { writeFindCursor } from './find-cursor.ts'

/** A find with its price against what its alert has seen; null where that is too little. */
export type ComparedFind = FindRow & { comparison: PriceComparison | null }

type Deps = Pick<Context, 'database'>

/** One median per alert, however many of its finds there are. */
export async function compareFinds({ database }: Deps, finds: readonly FindRow[]): Promise<ComparedFind[]> {
  if (finds.length === 0) return []
  const medians = await database.call('read_medians', { alert_ids: [...new Set(finds.map(({ alertId }) => alertId))] })
  const byAlert = new Map(medians.map((median) => [median.alertId, median]))
  return finds.map((find) => ({ ...find, comparison: comparePrice(find.price, byAlert.get(find.alertId)) }))
}

type Question = { filter: FindFilter; cursor: FindPlace | null; most: number; scope: string | null }

/** A page of the history, newest first. `nextCursor` null: nothing is older. */
export async function readFinds(
  deps: Deps,
  { filter, cursor, most, scope }: Question,
): Promise<{ finds: ComparedFind[]; nextCursor: string | null }> {
  // One more than is shown says whether there is more.
  const rows = await deps.database.call('list_finds', { filter, most: most + 1, before: cursor, person_id: scope })
  const shown = rows.slice(0, most)
  const last = shown.at(-1)
  return {
    finds: await compareFinds(deps, shown),
    nextCursor: rows.length > most && last ? writeFindCursor(last) : null,
  }
}
