import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from '#shared/logger.ts'
import { isSandboxHost } from './vinted/visit.ts'

export type Door = { egress: string; port: number; url: string; close(): Promise<void> }

/** Answers one request that came through a door. */
export type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>

type DoorOptions = {
  egress: string
  port: number
  cert: string
  key: string
  serve: Serve
  logger: Logger
}

/** Real sites keep a connection for minutes; a short life would only add resets to a slow-paced client. */
const KEEP_ALIVE_MS = 120_000

/**
 * The forward proxy of one egress. A tunnel does not leave the process: its socket is handed to a TLS server of this
 * door that listens nowhere, which is how a request knows its egress.
 */
export async function openDoor({ egress, port, cert, key, serve, logger }: DoorOptions): Promise<Door> {
  const site = createTlsServer({ cert, key, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      logger.error({ err: error, egress }, 'the sandbox failed to answer')
      response.destroy()
    })
  })
  site.on('tlsClientError', (error) => logger.debug({ err: error, egress }, 'no TLS through the door'))
  const tunnels = new Set<Duplex>()
  const proxy = createServer((_request, response) => {
    response.writeHead(403, { connection: 'close' }).end('only CONNECT\n')
  })
  proxy.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnels.add(socket)
    socket.once('close', () => tunnels.delete(socket))
    socket.on('error', (error) => logger.debug({ err: error, egress }, 'a tunnel broke'))
    if (!isOpenTo(request.url ?? '')) {
      logger.debug({ egress, target: request.url }, 'the door stays shut')
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    if (head.length > 0) socket.unshift(head)
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    site.emit('connection', socket)
  })
  const openPort = await listen(proxy, port)
  return {
    egress,
    port: openPort,
    url: `http://127.0.0.1:${openPort}`,
    async close() {
      for (const tunnel of tunnels) tunnel.destroy()
      await closeServer(proxy)
    },
  }
}

function isOpenTo(target: string): boolean {
  const [host = '', port] = target.toLowerCase().split(':')
  return port === '443' && isSandboxHost(host)
}

/** Loopback only; port 0 takes a free one. Returns the port. */
export async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

export async function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeAllConnections()
  await closed
}
