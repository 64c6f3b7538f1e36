import type { Alert } from '#shared/contracts/alert.ts'
import type { Asked } from '../asked.ts'

/** A viewer looks at what the owner watches; everybody else at their own. Their place is their number: by age. */
export async function alertsOf({ context, person, signal }: Asked): Promise<Alert[]> {
  const { database } = context
  const { id } = person.role === 'viewer' ? await database.call('get_owner', {}, signal) : person
  return database.call('list_alerts', { person_id: id }, signal)
}
