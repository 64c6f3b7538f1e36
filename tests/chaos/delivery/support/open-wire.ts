import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from '../../../support/json.ts'

/** One call on its way: `name` is the last part of its path (`sendMessage`, `settle_message`). */
export type Passage = { at: number; name: string; body: Json; answer: Json; status: number | null; isOver: boolean }

export type Wire = {
  url: string
  /** Every call that came, in order; `status` is null until the other side has answered. */
  passages: Passage[]
  close(): Promise<void>
}

/** What happens to a call before it arrives, and to its answer before that is read. */
type Hooks = { before?: (call: Passage) => Promise<void> | void; after?: (call: Passage) => Promise<void> | void }

const ANSWER_WITHIN_MS = 60_000

/**
 * The way between a process and what it calls, where a test can look and wait. What was written to it arrives, also when its
 * sender dies meanwhile: that is how a network is.
 */
export async function openWire(target: string, { before, after }: Hooks = {}): Promise<Wire> {
  const passages: Passage[] = []
  const closing = new AbortController()
  const server = createServer((request, response) => void pass(request, response))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray())
    const url = new URL(request.url ?? '/', target)
    const name = url.pathname.split('/').at(-1) ?? ''
    const call: Passage = {
      at: Date.now(),
      name,
      body: await read(body, request.headers['content-type']),
      answer: null,
      status: null,
      isOver: false,
    }
    passages.push(call)
    try {
      await before?.(call)
      const answer = await fetch(url, {
        method: request.method ?? 'GET',
        headers: headersOf(request),
        ...(body.length > 0 && { body }),
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      })
      const content = Buffer.from(await answer.arrayBuffer())
      call.status = answer.status
      call.answer = await read(content)
      await after?.(call)
      const { 'content-encoding': _decoded, 'content-length': _old, ...headers } = Object.fromEntries(answer.headers)
      response.writeHead(answer.status, headers).end(content)
    } catch {
      response.destroy() // The other side never answered, or the test is over.
    } finally {
      call.isOver = true
    }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passages,
    async close() {
      closing.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const HOP_BY_HOP = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
  'expect',
]

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !HOP_BY_HOP.includes(name) ? [[name, value]] : [],
    ),
  )

/** JSON, or the fields of a form (Telegram's client sends those). */
async function read(body: Buffer, contentType = 'application/json'): Promise<Json> {
  try {
    if (contentType.startsWith('application/json')) return JSON.parse(body.toString())
    const form = await new Response(Uint8Array.from(body), { headers: { 'content-type': contentType } }).formData()
    return Object.fromEntries(form)
  } catch {
    return null // Nobody looks into it.
  }
}
