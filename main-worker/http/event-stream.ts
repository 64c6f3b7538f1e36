import type { FastifyReply } from 'fastify'

/** Proxies close a silent connection after a minute or less; and so long may who was signed out go on listening. */
const HEARTBEAT_MS = 5_000
/** A listener this far behind has gone to sleep: it is let go, and connects again when it wakes. */
const MOST_UNREAD_BYTES = 1_000_000

export type EventStream = {
  /** One server-sent event; `event` names it for those who tell them apart. */
  send(data: string, event?: string): void
}

const framed = (data: string, event: string | undefined): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`

type Options = {
  stopping: AbortSignal
  /** Asked every few seconds: who is signed out, or removed, hears nothing more. */
  mayListen: () => Promise<boolean>
  /** Gets the stream and answers how to stop filling it. */
  open: (stream: EventStream) => () => void
}

/** Turns an answer into a stream of server-sent events that lives until the listener goes or may not listen, or we stop. */
export function openEventStream(reply: FastifyReply, { stopping, mayListen, open }: Options): void {
  const { raw } = reply
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  // `connection: close`: a server that stops must not wait for it.
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' })
  raw.write(':\n\n')
  // A database that does not answer says nothing about the login.
  const check = async (): Promise<void> => {
    if (await mayListen().catch(() => true)) raw.write(':\n\n')
    else raw.end()
  }
  const heartbeat = setInterval(() => void check(), HEARTBEAT_MS)
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
