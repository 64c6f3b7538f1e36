import type { Context } from '../context.ts'
import { hashOf, makeCode } from './codes.ts'

const MINUTE_MS = 60_000

/** How long a code may be used: one on a page is read at once; the terminal's waits until somebody has made their bot. */
const LASTS_MS = { page: 15 * MINUTE_MS, terminal: 24 * 60 * MINUTE_MS }

/** A code that makes the chat it is written in (`/start CODE`) the owner's, once; an earlier one is void. */
export async function makeOwnerCode(
  { database }: Pick<Context, 'database'>,
  shownOn: keyof typeof LASTS_MS,
): Promise<{ code: string }> {
  const code = makeCode()
  await database.call('create_owner_code', { code_hash: hashOf(code), ttl_ms: LASTS_MS[shownOn] })
  return { code }
}
