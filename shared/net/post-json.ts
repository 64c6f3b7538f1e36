import { request } from 'undici'
import type { Dispatcher } from 'undici'
import { neverLeft } from './never-left.ts'
import { NotPublicError } from './public-lookup.ts'

/** From the first byte of DNS to the last of the answer; stopping gracefully waits for it. */
const DEADLINE_MS = 12_000
/** Of an answer only its words are kept; the rest is not read. */
const MOST_BYTES = 2_048

/** What became of one POST. `headers` have lower case names; `body` is the beginning of what was answered. */
export type Posted =
  | { kind: 'answer'; status: number; headers: Record<string, string | string[] | undefined>; body: string }
  | { kind: 'not-public'; error: string }
  | { kind: 'never-left' }
  | { kind: 'no-answer' }

async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= MOST_BYTES) break // Leaving the loop closes the connection.
    }
  } catch {
    // The status says all that matters; words that broke off add nothing.
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8')
}

/** Never throws, follows no redirect, and repeats neither the address nor a cause: both may hold secrets. */
export async function postJson(
  dispatcher: Dispatcher,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Posted> {
  try {
    const answer = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Vigie', ...headers },
      body,
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    return {
      kind: 'answer',
      status: answer.statusCode,
      headers: answer.headers,
      body: await beginningOf(answer.body),
    }
  } catch (error) {
    if (error instanceof NotPublicError) return { kind: 'not-public', error: error.message }
    return neverLeft(error) ? { kind: 'never-left' } : { kind: 'no-answer' }
  }
}

/** A header that stands once. */
export const headerOf = ({ headers }: Extract<Posted, { kind: 'answer' }>, name: string): string => {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
