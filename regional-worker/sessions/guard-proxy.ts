import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { errorText } from '#shared/errors.ts'
import type { Logger } from '#shared/logger.ts'
import type { Reach } from './reach-host.ts'
import { reachableHost } from './reachable-hosts.ts'

const REACH_MS = 10_000

export type GuardProxy = { url: string; close(): Promise<void> }

const refuse = (client: Duplex, status: string): unknown =>
  client.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)

/**
 * All that a browser reaches goes through here, on loopback and only while a browser is open: CONNECT to port 443 of the
 * site's hosts. Everything else is refused before any name is resolved or any connection made.
 */
export async function openGuardProxy(reach: Reach, logger: Logger): Promise<GuardProxy> {
  const open = new Set<Duplex>()
  const hold = (stream: Duplex): void => {
    open.add(stream)
    stream.once('close', () => open.delete(stream))
    // Either end may go at any time; the other one then follows through pipe or destroy below.
    stream.on('error', (error) => logger.debug({ err: error }, 'a tunnel of the browser broke'))
  }
  const closing = new AbortController()

  async function tunnel(target: string, client: Duplex, head: Buffer): Promise<void> {
    hold(client)
    const host = reachableHost(target)
    if (host === null) {
      logger.debug({ target }, 'the browser asked for a host that is not open to it')
      refuse(client, '403 Forbidden')
      return
    }
    let upstream: Socket
    try {
      upstream = await reach(host, AbortSignal.any([closing.signal, AbortSignal.timeout(REACH_MS)]))
    } catch (error) {
      logger.debug({ host, error: errorText(error) }, 'the browser could not reach a host')
      refuse(client, '502 Bad Gateway')
      return
    }
    hold(upstream)
    if (client.destroyed) {
      upstream.destroy()
      return
    }
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) upstream.write(head)
    upstream.pipe(client).pipe(upstream)
  }

  const server = createServer((_request, response) => {
    response.writeHead(403, { connection: 'close' }).end()
  })
  server.on('connect', (request, client, head) => void tunnel(request.url ?? '', client, head))
  server.on('upgrade', (_request, client) => refuse(client, '403 Forbidden'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      closing.abort(new Error('the browser is closed'))
      for (const stream of open) stream.destroy()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
