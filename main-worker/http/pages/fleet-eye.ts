import type { FastifyRequest } from 'fastify'
import { actorOf, notAllowed } from '../access.ts'

/** For what is about the whole fleet, everybody's alerts included: the owner and viewers see it, a member sees their own pages only. */
export const fleetEye = {
  config: { access: 'viewer' },
  preHandler: async (request: FastifyRequest): Promise<void> => {
    if (actorOf(request).person.role === 'member') throw notAllowed('owner')
  },
} as const
