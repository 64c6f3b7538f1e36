import type { HttpServer } from '#shared/http/create-server.ts'
import type { Context } from '../context.ts'
import { createMayListen } from './may-listen.ts'
import { openEventStream } from './event-stream.ts'

/** Everything that happens, as it happens. */
export function addEventRoutes(app: HttpServer, context: Context): void {
  const { events, stopping } = context
  app.get(
    '/api/v1/events',
    {
      exposeHeadRoute: false, // A stream has no end, with or without a body.
      schema: {
        summary: 'What happens, as it happens (server-sent events)',
        tags: ['fleet'],
        description:
          'A stream of events `find`, `message`, `run`, `progress`, `incident`, `worker` and `pause`; the data of each is JSON `{id, type, at, data}`. It tells what is new from now on; the other routes tell how things stand.',
      },
    },
    (request, reply) => {
      openEventStream(reply, {
        stopping,
        mayListen: createMayListen(context, request, 'owner'),
        open: (stream) =>
          events.subscribe((fresh) => {
            for (const event of fresh) stream.send(JSON.stringify(event), event.type)
          }),
      })
    },
  )
}
