import type { FastifyRequest } from 'fastify'
import { ProblemError } from '#shared/errors.ts'
import type { Access, Actor } from '../people/access.ts'

/** On https the `__Host-` prefix ties the cookie to this very host; plain http on loopback knows no such thing. */
export const sessionCookie = (isSecure: boolean) =>
  ({
    name: isSecure ? '__Host-vigie' : 'vigie',
    options: { httpOnly: true, secure: isSecure, sameSite: 'lax', path: '/' },
  }) as const

type Sender = Pick<FastifyRequest, 'method' | 'headers'>

/** A browser sends our cookie along with whatever another site makes it send: only our own pages may change anything. */
export function isOurOwnPage({ headers }: Sender): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin !== undefined && URL.parse(headers.origin)?.host === headers.host
}

export const isReading = ({ method }: Sender): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'

/** What an actor with too small a role is told. */
export const notAllowed = (access: Access): ProblemError =>
  new ProblemError(
    403,
    'NOT_ALLOWED',
    access === 'owner' || access === 'observer' ? 'only the owner may do this' : 'you may look, not change',
  )

export const crossSite = (): ProblemError =>
  new ProblemError(403, 'CROSS_SITE', 'this request came from another site; open Vigie itself and try again')

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** A page for people: who is not logged in is led to the login, and errors are pages too. */
    isPage?: true
  }
  interface FastifyRequest {
    actor: Actor | null
  }
}

/** The actor of a route that is not open to anybody: the access check has let them in. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new Error(`${request.url} was reached without an actor`)
  return request.actor
}
