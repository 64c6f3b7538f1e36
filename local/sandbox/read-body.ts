import type { IncomingMessage } from 'node:http'

/** More than any photo that may be uploaded to the sandbox. */
const MAX_BYTES = 12 * 1024 * 1024

/** Null: too long. */
export async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
