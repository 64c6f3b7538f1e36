import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { readSession } from '../people/login.ts'
import { mayAsk } from '../people/access.ts'
import type { Access } from '../people/access.ts'
import { actorOf, sessionCookie } from './access.ts'

/** Whether who opened a stream may still listen to it: a login may end, a person be removed. A key has no end. */
export function createMayListen(
  { config, database }: Pick<Context, 'config' | 'database'>,
  request: FastifyRequest,
  access: Access,
): () => Promise<boolean> {
  const token = request.cookies[sessionCookie(config.isSecure).name]
  if (actorOf(request).via === 'key' || token === undefined) return () => Promise.resolve(true)
  return async () => mayAsk(access, (await readSession({ database }, token))?.role ?? null)
}
