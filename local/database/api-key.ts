import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export type Role = 'anon' | 'service_role'

/**
 * supabase-js sends its key as `apikey`, and again as a bearer token unless it is an `sb_` key. Every key that is sent
 * must be right; without any the caller is anonymous.
 */
export function createRoleOf(serviceRoleKey: string): (headers: IncomingHttpHeaders) => Role | 'unknown' {
  const expected = digest(serviceRoleKey)
  return ({ apikey, authorization }) => {
    const sent = [apikey, authorization?.replace(/^Bearer /i, '')].filter((key) => key !== undefined)
    if (sent.length === 0) return 'anon'
    const isExpected = (key: string | string[]): boolean => timingSafeEqual(digest(String(key)), expected)
    return sent.every(isExpected) ? 'service_role' : 'unknown'
  }
}

// Digests are of equal length, which timingSafeEqual needs and which hides the key's length.
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
