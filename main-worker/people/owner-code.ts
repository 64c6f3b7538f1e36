import type { Context } from '../context.ts'
import { hashOf, makeCode } from './codes.ts'

const OWNER_CODE_LASTS_MS = 15 * 60_000

/** A code that makes the chat it is written in the owner's, once, within a quarter of an hour; an earlier one is void. */
export async function makeOwnerCode({ database }: Pick<Context, 'database'>): Promise<{ code: string }> {
  const code = makeCode()
  await database.call('create_owner_code', { code_hash: hashOf(code), ttl_ms: OWNER_CODE_LASTS_MS })
  return { code }
}
