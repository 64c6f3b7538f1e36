import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, request } from 'undici'
import { seededRandom } from '../../../../local/sandbox/random.ts'

export type LossyGateway = {
  url: string
  calls: number
  /** How many answers of each function were lost. */
  lost: Map<string, number>
  /** The share of calls whose answer is lost, from now on. */
  lose(share: number): void
  close(): Promise<void>
}

/** Stands before the gateway: every call is done, and committed; of some the answer never arrives. */
export async function startLossyGateway(target: string, seed: number): Promise<LossyGateway> {
  const random = seededRandom(seed)
  const dispatcher = new Agent({ connections: 32 })
  let share = 0
  const answer = async (asked: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = []
    for await (const piece of asked) pieces.push(piece as Buffer)
    const { host: _host, connection: _connection, 'transfer-encoding': _encoding, ...headers } = asked.headers
    const { url = '/' } = asked
    const done = await request(`${target}${url}`, { method: 'POST', headers, body: Buffer.concat(pieces), dispatcher })
    const text = await done.body.text()
    proxy.calls += 1
    if (random.next() < share) {
      const name = url.split('/').at(-1) ?? ''
      proxy.lost.set(name, (proxy.lost.get(name) ?? 0) + 1)
      asked.socket.destroy()
      return
    }
    const type = done.headers['content-type']
    reply.writeHead(done.statusCode, typeof type === 'string' ? { 'content-type': type } : {}).end(text)
  }
  const server = createServer((asked, reply) => {
    answer(asked, reply).catch(() => asked.socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: LossyGateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: 0,
    lost: new Map(),
    lose(wanted) {
      share = wanted
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await dispatcher.destroy()
    },
  }
  return proxy
}
