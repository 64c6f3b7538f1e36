import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** Which way is silent: `both`, or the way back only, so that what is asked arrives and its answer does not. */
type Hole = 'none' | 'both' | 'answers'

export type HalfOpenLink = {
  url: string
  /** From now on nothing passes that way, and nobody is told: no close, no reset, for old and new connections. */
  open(hole: Exclude<Hole, 'none'>): void
  /** What was held back arrives late, as TCP would send it again. */
  heal(): void
  [Symbol.asyncDispose](): Promise<void>
}

/** A TCP proxy in front of `target` that can go half-open: a paused socket reads neither data nor the other's close. */
export async function startHalfOpenLink(target: string): Promise<HalfOpenLink> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<{ asker: Socket; answerer: Socket }>()
  let hole: Hole = 'none'
  const apply = ({ asker, answerer }: { asker: Socket; answerer: Socket }): void => {
    if (hole === 'both') asker.pause()
    else asker.resume()
    if (hole === 'none') answerer.resume()
    else answerer.pause()
  }
  const server = createServer({ allowHalfOpen: true }, (asker) => {
    const pair = { asker, answerer: connect({ host: hostname, port: Number(port), allowHalfOpen: true }) }
    pairs.add(pair)
    forward(asker, pair.answerer)
    forward(pair.answerer, asker)
    asker.once('close', () => pairs.delete(pair))
    apply(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open(wanted) {
      hole = wanted
      for (const pair of pairs) apply(pair)
    },
    heal() {
      hole = 'none'
      for (const pair of pairs) apply(pair)
    },
    async [Symbol.asyncDispose]() {
      for (const { asker, answerer } of pairs) {
        asker.destroy()
        answerer.destroy()
      }
      server.close()
      await once(server, 'close')
    },
  }
}

function forward(from: Socket, to: Socket): void {
  from.on('data', (chunk) => to.write(chunk))
  from.once('end', () => to.end())
  from.once('error', () => to.destroy())
  from.once('close', () => to.end())
}
