import type { FastifyReply } from 'fastify'

/** Proxies close a silent connection after a minute or less. */
const HEARTBEAT_MS = 15_000
/** A listener this far behind has gone to sleep: it is let go, and connects again when it wakes. */
const MOST_UNREAD_BYTES = 1_000_000

export type EventStream = {
  /** One server-sent event; `event` names it for those who tell them apart. */
  send(data: string, event?: string): void
}

const framed = (data: string, event: string | undefined): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`

/**
 * Turns an answer into a stream of server-sent events that lives until the listener goes, or we stop. `open` gets the stream
 * and answers how to stop filling it.
 */
export function openEventStream(reply: FastifyReply, stopping: AbortSignal, open: (stream: EventStream) => () => void) {
  const { raw } = reply
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  // `connection: close`: a server that stops must not wait for it.
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' })
  raw.write(':\n\n')
  const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_MS)
  const close = open({
    send(data, event) {
      if (raw.writableLength > MOST_UNREAD_BYTES) raw.destroy()
      else raw.write(framed(data, event))
    },
  })
  const end = (): void => {
    raw.end()
  }
  stopping.addEventListener('abort', end, { once: true })
  raw.once('close', () => {
    clearInterval(heartbeat)
    stopping.removeEventListener('abort', end)
    close()
  })
}
