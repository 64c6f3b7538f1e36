import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../errors.ts'

const digest = (key: string): Buffer => createHash('sha256').update(key).digest()

/**
 * A check of `x-api-key` against the keys that are valid now (two while one is being replaced). Same answer and time for
 * a missing, unknown, doubled or oversized key.
 */
export function createKeyCheck(keys: readonly string[]): (request: FastifyRequest) => boolean {
  const digests = keys.map(digest)
  return (request) => {
    const given = digest(String(request.headers['x-api-key'] ?? ''))
    return digests.map((valid) => timingSafeEqual(valid, given)).includes(true)
  }
}

export const unauthorized = (): ProblemError =>
  new ProblemError(401, 'UNAUTHORIZED', 'header x-api-key: a valid key is required')
