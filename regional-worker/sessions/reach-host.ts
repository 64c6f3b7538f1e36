import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect as systemConnect } from 'node:net'
import type { Socket } from 'node:net'
import { isPublicAddress } from '#shared/net/public-address.ts'
import { SITE_IP_FAMILY } from '../vinted/protocol.ts'

/** Opens a connection to port 443 of a host. Throws UnreachableError. */
export type Reach = (host: string, signal: AbortSignal) => Promise<Socket>

/** No connection was made, or none to that host. */
export class UnreachableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnreachableError'
  }
}

type Network = { lookup: (host: string) => Promise<LookupAddress[]>; connect: typeof systemConnect }

const systemNetwork: Network = { lookup: (host) => systemLookup(host, { all: true }), connect: systemConnect }

/** Resolves once, refuses a name with any address that is not public, and connects to what was checked: DNS cannot flip. */
export function reachDirectly({ lookup, connect }: Network = systemNetwork): Reach {
  return async (host, signal) => {
    const addresses = await lookup(host)
    const inner = addresses.find(({ address }) => !isPublicAddress(address))
    if (inner) throw new UnreachableError(`${host} resolves to ${inner.address}, which is not public`)
    const wanted = addresses.filter(({ family }) => family === SITE_IP_FAMILY)
    if (wanted.length === 0) throw new UnreachableError(`${host} has no IPv${SITE_IP_FAMILY} address`)
    signal.throwIfAborted()
    const socket = connect({
      host,
      port: 443,
      autoSelectFamily: true,
      // Node asks for all addresses here because of autoSelectFamily.
      lookup: (_host, _options, done) => done(null, wanted),
    })
    await settled(socket, 'connect', signal)
    return socket
  }
}

/** One fixed proxy stands between: it resolves and connects. */
export function reachThroughProxy(proxyUrl: string): Reach {
  const { protocol, hostname, port, username, password } = new URL(proxyUrl)
  const isSecure = protocol === 'https:'
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return async (host, signal) => {
    const request = (isSecure ? httpsRequest : httpRequest)({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (isSecure ? 443 : 80),
      method: 'CONNECT',
      path: `${host}:443`,
      headers: { host: `${host}:443`, ...(username !== '' && { 'proxy-authorization': `Basic ${login}` }) },
      agent: false,
    })
    const [answer, socket, head] = await settled<[IncomingMessage, Socket, Buffer]>(request.end(), 'connect', signal)
    if (answer.statusCode !== 200) {
      socket.destroy()
      throw new UnreachableError(`the proxy refused ${host} with ${answer.statusCode}`)
    }
    if (head.length > 0) socket.unshift(head)
    return socket
  }
}

/** The arguments of the event; on an error or abort what was opened is closed again. */
async function settled<Args extends unknown[]>(
  opened: Socket | ReturnType<typeof httpRequest>,
  event: string,
  signal: AbortSignal,
): Promise<Args> {
  try {
    return (await once(opened, event, { signal })) as Args
  } catch (error) {
    opened.on('error', () => undefined) // It has failed already: what follows adds nothing.
    opened.destroy()
    throw error
  }
}
