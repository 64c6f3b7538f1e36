import type { Person } from '#shared/database/people.ts'

export type Role = Person['role']

/** Who asks: the API key speaks for the owner, a login for its person. */
export type Actor = { person: Person; via: 'key' | 'session' }

/**
 * Who may ask; a route that does not say so is the owner's. `person`: whoever is logged in · `observer`: who sees everybody's
 * rows, the owner and viewers · `member`: who changes what is theirs, the owner and members.
 */
export type Access = 'anybody' | 'person' | 'observer' | 'member' | 'owner'

const ROLES: Record<Exclude<Access, 'anybody'>, readonly Role[]> = {
  person: ['viewer', 'member', 'owner'],
  observer: ['viewer', 'owner'],
  member: ['member', 'owner'],
  owner: ['owner'],
}

export const mayAsk = (access: Access, role: Role | null): boolean =>
  access === 'anybody' || (role !== null && ROLES[access].includes(role))

/** Whose alerts, finds and messages this actor sees: null is everybody's. */
export const scopeOf = ({ person }: Actor): string | null => (person.role === 'member' ? person.id : null)
