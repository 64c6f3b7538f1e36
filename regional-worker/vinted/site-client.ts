import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { Agent, ProxyAgent, request } from 'undici'
import type { Dispatcher } from 'undici'
import { errorText } from '#shared/errors.ts'
import { createPublicLookup } from '#shared/net/public-lookup.ts'
import { SITE_IP_FAMILY } from './protocol.ts'
import type { SiteRequest } from './protocol.ts'

/** A request to the site never takes longer, whatever drips in; stopping gracefully waits for it. */
const DEADLINE_MS = 10_000
/** Of *decoded* bytes: 51 KB of gzip can be 52 MB. A page of 96 rows is about 600 KB; twelve hostile ones at once stay below 32 MB. */
const MAX_BODY_BYTES = 2 * 1024 * 1024

/** What came back, or why nothing did. Header names are lower case; `setCookies` keeps every value in order. */
export type SiteAnswer =
  | { kind: 'answer'; status: number; headers: Record<string, string>; setCookies: string[]; body: string }
  | { kind: 'no-answer'; error: string }

export type SiteClient = {
  /** Never throws for what the site does. The caller holds a slot of the pace. */
  get(request: SiteRequest): Promise<SiteAnswer>
  close(): Promise<void>
}

/** In this thread and at once: as a stream each page makes two dozen trips to the thread pool, which cost more than the work. */
const decoders: Record<string, typeof gunzipSync> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
}

async function readBody(body: Dispatcher.ResponseData['body'], encoding: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error(`the answer is larger than ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  const sent = Buffer.concat(chunks)
  const decode = decoders[encoding]
  return (decode ? decode(sent, { maxOutputLength: MAX_BODY_BYTES }) : sent).toString('utf8')
}

const flatten = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )

/** The only way to the site. `proxyUrl` carries everything through one fixed egress. Never used for the database. */
export function createSiteClient(proxyUrl: string | null): SiteClient {
  const timeouts = { connectTimeout: DEADLINE_MS, headersTimeout: DEADLINE_MS, bodyTimeout: DEADLINE_MS }
  const dispatcher =
    proxyUrl === null
      ? new Agent({ ...timeouts, connect: { lookup: createPublicLookup(), family: SITE_IP_FAMILY } })
      : new ProxyAgent({ uri: proxyUrl, ...timeouts })
  return {
    close: () => dispatcher.close(),
    async get({ url, headers }) {
      const signal = AbortSignal.timeout(DEADLINE_MS)
      try {
        const answer = await request(url, {
          dispatcher,
          signal,
          headers: { ...headers, 'accept-encoding': 'gzip, deflate, br' },
        })
        const encoding = String(answer.headers['content-encoding'] ?? '').toLowerCase()
        const body = await readBody(answer.body, encoding)
        const setCookie = answer.headers['set-cookie'] ?? []
        return {
          kind: 'answer',
          status: answer.statusCode,
          headers: flatten(answer.headers),
          setCookies: Array.isArray(setCookie) ? setCookie : [setCookie],
          body,
        }
      } catch (error) {
        return { kind: 'no-answer', error: errorText(error) }
      }
    },
  }
}
