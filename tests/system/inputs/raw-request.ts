import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type RawAnswer = {
  /** Everything that came back. */
  text: string
  /** The status of each answer, in order: two answers to one request are a smuggled one. */
  statuses: number[]
  isClosed: boolean
  ms: number
}

export type RawOptions = {
  /** Sent one by one, each after this pause, until the server hangs up. */
  drip?: { bytes: string; everyMs: number }
  /** Our side ends after the last byte, as a client that dies does. */
  end?: boolean
  /** How long to wait for the server to hang up. */
  withinMs?: number
}

/** Bytes as they stand, to a port of this machine: what no client library would send. */
export async function rawRequest(url: string, bytes: string, options: RawOptions = {}): Promise<RawAnswer> {
  const { drip, end = false, withinMs = 5_000 } = options
  const started = performance.now()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const closed = Promise.withResolvers<boolean>()
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  socket.on('error', () => closed.resolve(true))
  socket.on('close', () => closed.resolve(true))
  socket.write(bytes, 'latin1')
  if (end) socket.end()
  const timer = setTimeout(() => closed.resolve(false), withinMs)
  if (drip) {
    for (const byte of drip.bytes) {
      await Promise.race([sleep(drip.everyMs, undefined, { ref: false }), closed.promise])
      if (socket.destroyed) break
      socket.write(byte, 'latin1')
    }
  }
  const isClosed = await closed.promise
  clearTimeout(timer)
  socket.destroy()
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
  return { text, statuses, isClosed, ms: Math.round(performance.now() - started) }
}

/** A request's head; `lines` follow Host. */
export const head = (method: string, path: string, lines: readonly string[]): string =>
  [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...lines, '', ''].join('\r\n')
