import type { Person } from '#shared/database/people.ts'
import type { Context } from '../context.ts'
import { hashOf, makeCode } from './codes.ts'

const INVITATION_LASTS_MS = 7 * 24 * 60 * 60_000

/** A code that lets one chat in, once, within a week: `/start CODE`. Shown once, to the owner. */
export async function invitePerson(
  { database }: Pick<Context, 'database'>,
  { role, name }: Pick<Person, 'name'> & { role: 'member' | 'viewer' },
): Promise<{ code: string }> {
  const code = makeCode()
  await database.call('create_invitation', { code_hash: hashOf(code), role, name, ttl_ms: INVITATION_LASTS_MS })
  return { code }
}
