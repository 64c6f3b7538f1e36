import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Answer } from '../answer.ts'

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const BOMB_MIB = 300
const DRIP_EVERY_MS = 100

/** A quarter megabyte on the wire, 300 MiB when opened, and an empty result page for who opens it all. */
export function sendGzipBomb(response: ServerResponse): void {
  // Members of one gzip file follow each other, so one compressed MiB is enough to repeat.
  const filler = gzipSync(' '.repeat(1024 * 1024), { level: 9 })
  const fillers = Array.from({ length: BOMB_MIB }, () => filler)
  const body = Buffer.concat([gzipSync('{"items":['), ...fillers, gzipSync(']}')])
  response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip', 'content-length': body.length })
  response.end(body)
}

/** A body that always has a little more to say: no pause is long, the end never comes. */
export async function sendEndless(response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.writeHead(200, JSON_TYPE)
  response.write('{"items":[')
  while (!signal.aborted) {
    response.write(' '.repeat(1024))
    await sleep(DRIP_EVERY_MS, undefined, { signal }).catch(ignoreAbort)
  }
}

/** Promises the whole answer, sends half of it and drops the line. */
export async function sendTruncated(response: ServerResponse, answer: Answer): Promise<void> {
  const body = Buffer.from(answer.body ?? '')
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Math.max(2, body.length) })
  await new Promise<void>((resolve) => {
    response.write(body.length < 2 ? '{' : body.subarray(0, body.length / 2), () => resolve())
  })
  response.destroy()
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error
}
