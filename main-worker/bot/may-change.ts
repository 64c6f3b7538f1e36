import type { Alert } from '#shared/contracts/alert.ts'
import type { Person } from '#shared/database/people.ts'
import { mayAsk } from '../people/access.ts'

export const mayChangeAnything = ({ role }: Person): boolean => mayAsk('member', role)

/** Members change their own alerts only; the owner may change all. */
export const mayChange = (person: Person, alert: Pick<Alert, 'personId'>): boolean =>
  person.role === 'owner' || (person.role === 'member' && alert.personId === person.id)
