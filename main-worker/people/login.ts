import type { Person } from '#shared/database/people.ts'
import type { Context } from '../context.ts'
import { hashOf, makeToken } from './codes.ts'

const LINK_LASTS_MS = 10 * 60_000
export const SESSION_LASTS_MS = 30 * 24 * 60 * 60_000

type Deps = Pick<Context, 'database'>

/** Where people reach the page: PUBLIC_BASE_URL, else this machine. */
export const baseUrl = ({ config }: Pick<Context, 'config'>): string =>
  config.publicBaseUrl ?? `http://127.0.0.1:${config.port}`

/** A link that logs this person in, once, within ten minutes. */
export async function makeLoginLink(
  context: Pick<Context, 'database' | 'config'>,
  personId: string,
): Promise<{ url: string }> {
  const code = makeToken()
  await context.database.call('create_login_link', {
    code_hash: hashOf(code),
    person_id: personId,
    ttl_ms: LINK_LASTS_MS,
  })
  return { url: `${baseUrl(context)}/login/${code}` }
}

/** The token of a new session, for the cookie; null when the link is unknown, used or too old. */
export async function useLoginLink({ database }: Deps, code: string): Promise<string | null> {
  const personId = await database.call('use_login_link', { code_hash: hashOf(code) })
  return personId === null ? null : openSession({ database }, personId)
}

/** Logs a person in; the token is shown to nobody but their browser. */
export async function openSession({ database }: Deps, personId: string): Promise<string> {
  const token = makeToken()
  const session = { token_hash: hashOf(token), person_id: personId, ttl_ms: SESSION_LASTS_MS }
  await database.call('create_page_session', session)
  return token
}

/** Who is logged in with this token; null for nobody. */
export const readSession = ({ database }: Deps, token: string): Promise<Person | null> =>
  database.call('read_page_session', { token_hash: hashOf(token) })
