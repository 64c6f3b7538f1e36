import { createHash, timingSafeEqual } from 'node:crypto'
import { fastifyRateLimit } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../errors.ts'

const digest = (key: string): Buffer => createHash('sha256').update(key).digest()

/** Compares with the keys that are valid now (two while one is being replaced), in the same time whatever it is given. */
export function createKeyMatch(keys: readonly string[]): (given: string) => boolean {
  const digests = keys.map(digest)
  return (given) => {
    const asked = digest(given)
    return digests.map((valid) => timingSafeEqual(valid, asked)).includes(true)
  }
}

/** A check of `x-api-key`. Same answer and time for a missing, unknown, doubled or oversized key. */
export function createKeyCheck(keys: readonly string[]): (request: FastifyRequest) => boolean {
  const matches = createKeyMatch(keys)
  return (request) => matches(String(request.headers['x-api-key'] ?? ''))
}

/** Wrong keys one address may try in a minute. */
const TRIES_PER_MINUTE = 60

/**
 * What is thrown for a request without a valid key: 401, or 429 for an address that tries too many. `isBehindFly`: there the
 * proxy names the client's address in a header that nobody else can set; anywhere else that header would be the attacker's.
 */
export function createRefusal(
  app: FastifyInstance,
  isBehindFly: boolean,
): (request: FastifyRequest) => Promise<ProblemError> {
  void app.register(fastifyRateLimit, { global: false })
  const addressOf = ({ headers, socket }: FastifyRequest): string =>
    (isBehindFly && String(headers['fly-client-ip'] ?? '')) || (socket.remoteAddress ?? '')
  let count: ReturnType<typeof app.createRateLimit> | undefined
  return async (request) => {
    count ??= app.createRateLimit({ max: TRIES_PER_MINUTE, timeWindow: 60_000, keyGenerator: addressOf })
    const tries = await count(request)
    if (!tries.isAllowed && tries.isExceeded)
      return new ProblemError(429, 'TOO_MANY_WRONG_KEYS', 'too many requests without a valid key', {
        retryAfterMs: tries.ttl,
      })
    return new ProblemError(401, 'UNAUTHORIZED', 'header x-api-key: a valid key is required')
  }
}
