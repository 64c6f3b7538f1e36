import type { Role } from './api-key.ts'
import type { Session } from './driver.ts'

/** As hosted Supabase; PGlite ignores it, there the lane's deadline counts. */
const STATEMENT_TIMEOUT_MS = 8_000

/**
 * Everything that opens the transaction of one call, as one round trip. A superuser's session first becomes
 * `authenticator`: otherwise whatever runs as anon could `set role postgres`.
 */
export function beginCall(role: Role, access: { readOnly: boolean }, session: { superuser: boolean }): string {
  return [
    access.readOnly ? 'begin read only' : 'begin',
    ...(session.superuser ? ['set local session authorization authenticator'] : []),
    `set local role ${role}`,
    'set local search_path = public',
    `set local timezone = 'UTC'`,
    `set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
    `set local "request.jwt.claims" = '{"role":"${role}"}'`,
  ].join(';')
}

export async function isSuperuser(session: Session): Promise<boolean> {
  const [row] = await session.query<{ rolsuper: boolean }>('select rolsuper from pg_roles where rolname = session_user')
  return row?.rolsuper ?? false
}
