import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type SlowTcp = {
  port: number
  /** Every piece that a client sends waits this long on its way, in order; null lets it through at once. */
  slow(range: { minMs: number; maxMs: number } | null): void
  /** What is open breaks off, and nothing gets through until it is mended. */
  cut(isCut: boolean): void
  close(): Promise<void>
}

/** A wire to a port of this machine that can be made long. */
export async function startSlowTcp(target: number): Promise<SlowTcp> {
  let range: { minMs: number; maxMs: number } | null = null
  let isBroken = false
  const open = new Set<Socket>()
  const carry = async (from: Socket, to: Socket, isDelayed: boolean): Promise<void> => {
    try {
      for await (const piece of from) {
        if (isDelayed && range) await sleep(range.minMs + Math.random() * (range.maxMs - range.minMs))
        to.write(piece as Buffer)
      }
      to.end()
    } catch {
      to.destroy() // One side broke off: the other hears of it.
    }
  }
  const server = createServer({ noDelay: true }, (client) => {
    if (isBroken) {
      client.on('error', () => undefined).destroy()
      return
    }
    const there = connect({ port: target, host: '127.0.0.1', noDelay: true })
    for (const socket of [client, there]) {
      open.add(socket)
      socket.on('error', () => undefined).on('close', () => open.delete(socket))
    }
    void carry(client, there, true)
    void carry(there, client, false)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    slow(wanted) {
      range = wanted
    },
    cut(isCut) {
      isBroken = isCut
      if (isCut) for (const socket of open) socket.destroy()
    },
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
