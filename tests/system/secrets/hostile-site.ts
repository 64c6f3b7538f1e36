import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Certificate } from '../../../local/sandbox/certificate.ts'
import { closeServer, listen } from '../../../local/sandbox/door.ts'

export type HostileSite = { proxyUrl: string; refusals: number; echoes: number; close(): Promise<void> }

const cookieOf = (request: IncomingMessage, name: string): string =>
  new RegExp(`${name}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1] ?? ''

type Echo = { status: number; type: string; body: string; headers?: Record<string, string> }

/** How sites repeat what they were sent when they refuse: in scripts, in forms, in traces, in where they send one next. */
const echoes: ((request: IncomingMessage) => Echo)[] = [
  (request) => ({
    status: 403,
    type: 'text/html',
    body: `<html><script>var dd={'rt':'c','cookie':'${cookieOf(request, 'datadome')}','t':'fe'}</script></html>`,
  }),
  (request) => ({ status: 403, type: 'text/plain', body: `You sent:\n${headerLines(request)}` }),
  (request) => ({
    status: 401,
    type: 'application/json',
    body: JSON.stringify({ code: 100, headers: request.headers }),
  }),
  (request) => ({ status: 500, type: 'text/html', body: `<pre>${headerLines(request)}</pre>` }),
  (request) => ({
    status: 302,
    type: 'text/html',
    headers: { location: `https://www.vinted.de/login?access_token_web=${cookieOf(request, 'access_token_web')}` },
    body: `<a href="/?anon_id=${cookieOf(request, 'anon_id')}">on</a>`,
  }),
  (request) => ({
    status: 403,
    type: 'text/html',
    body: ['datadome', 'v_udt', 'made_up_by_the_site']
      .map((name) => `<input type="hidden" name="${name}" value="${cookieOf(request, name)}">`)
      .join(''),
  }),
]

const headerLines = ({ rawHeaders }: IncomingMessage): string =>
  rawHeaders.map((text, place) => (place % 2 === 0 ? `${text}: ` : `${text}\n`)).join('')

/** A proxy that wants `login` (user:password) and, behind it, a site that repeats every secret it is sent. */
export async function startHostileSite({ certFile, keyFile }: Certificate, login: string): Promise<HostileSite> {
  const tunnels = new Set<Duplex>()
  const counts = { refusals: 0, echoes: 0 }
  const site = createTlsServer(
    { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    (request: IncomingMessage, response: ServerResponse) => {
      const echo = echoes[counts.echoes % echoes.length]?.(request)
      counts.echoes += 1
      if (echo) response.writeHead(echo.status, { 'content-type': echo.type, ...echo.headers }).end(echo.body)
    },
  )
  const proxy = createServer()
  proxy.on('connect', (request: IncomingMessage, socket: Duplex) => {
    tunnels.add(socket)
    socket.once('close', () => tunnels.delete(socket)).on('error', () => undefined)
    const given = request.headers['proxy-authorization'] ?? ''
    const isKnown = given === `Basic ${Buffer.from(login).toString('base64')}`
    // Some proxies quote the login they refuse.
    if (!isKnown || request.url?.startsWith('www.vinted.es')) {
      counts.refusals += 1
      socket.end(`HTTP/1.1 407 Not ${given}\r\ncontent-length: 0\r\nx-refused: ${given}\r\nconnection: close\r\n\r\n`)
      return
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    site.emit('connection', socket)
  })
  const port = await listen(proxy, 0)
  return Object.assign(counts, {
    proxyUrl: `http://${login}@127.0.0.1:${port}`,
    async close() {
      for (const tunnel of tunnels) tunnel.destroy()
      await closeServer(proxy)
    },
  })
}
