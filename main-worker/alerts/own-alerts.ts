import type { Alert, AlertChanges } from '#shared/contracts/alert.ts'
import type { AlertDetails } from '#shared/database/activity.ts'
import { ProblemError } from '#shared/errors.ts'
import type { Context } from '../context.ts'

type Deps = Pick<Context, 'database'>

const unknownAlert = (id: string): ProblemError => new ProblemError(404, 'NOT_FOUND', `no alert ${id}`)

/** `scope`: whose alerts count, null is everybody's. One of somebody else does not exist for who asks. Throws ProblemError 404. */
export async function requireAlert({ database }: Deps, id: string, scope: string | null): Promise<Alert> {
  const alert = await database.call('get_alert', { id })
  if (!alert || (scope !== null && alert.personId !== scope)) throw unknownAlert(id)
  return alert
}

/** The same, with all that its page shows. */
export async function requireDetails({ database }: Deps, id: string, scope: string | null): Promise<AlertDetails> {
  const details = await database.call('read_alert_details', { id })
  if (!details || (scope !== null && details.alert.personId !== scope)) throw unknownAlert(id)
  return details
}

/** Who was invited has one chat, and none of the owner's other ways out: what they ask for elsewhere is left out. */
export function onlyOwn(changes: AlertChanges, scope: string | null): AlertChanges {
  if (scope === null) return changes
  const { chatId: _chatId, webhookIds: _webhookIds, ...own } = changes
  return own
}
