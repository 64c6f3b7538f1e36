import type { FindRow, Mark } from '#shared/database/finds.ts'
import { ProblemError } from '#shared/errors.ts'
import type { Context } from '../context.ts'

export type FindKey = { alertId: string; itemId: number }

export const unknownFind = ({ alertId, itemId }: FindKey): ProblemError =>
  new ProblemError(404, 'NOT_FOUND', `no find ${itemId} of alert ${alertId}`)

const MARKS = { keep: 'kept', dismiss: 'dismissed', restore: null } as const satisfies Record<string, Mark | null>

/** What a person does with a find; `restore` takes either back. */
export type MarkVerb = keyof typeof MARKS

/** Throws ProblemError 404. `scope`: whose finds, null is everybody's. */
export async function markFind(
  { database }: Pick<Context, 'database'>,
  verb: MarkVerb,
  key: FindKey,
  scope: string | null,
): Promise<FindRow> {
  const { alertId, itemId } = key
  const mark = MARKS[verb]
  const find = await database.call('mark_find', { alert_id: alertId, item_id: itemId, mark, person_id: scope })
  if (!find) throw unknownFind(key)
  return find
}
