import { gunzipSync } from 'node:zlib'
import { Agent, request } from 'undici'

/**
 * As much of `fetch` as supabase-js needs to call a function. The built-in one brings web streams for both bodies: with two calls
 * a check, a region then needs a fifth more CPU. Throws what undici throws.
 */
export function createUndiciFetch(): typeof fetch {
  // Of our own: the global one is that of the undici inside Node once anything has used its Headers.
  const dispatcher = new Agent()
  return async (input, { method = 'POST', headers, body, signal } = {}) => {
    if (typeof body !== 'string') throw new TypeError(`fetch: body: wants text (got ${typeof body})`)
    const answer = await request(input instanceof Request ? input.url : input, {
      dispatcher,
      method: method as 'POST',
      // A hosted database stands behind a proxy that compresses for who asks.
      headers: { ...Object.fromEntries(new Headers(headers)), 'accept-encoding': 'gzip' },
      body,
      ...(signal && { signal }),
    })
    const sent = Buffer.from(await answer.body.arrayBuffer())
    const text = (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString('utf8')
    return new Response(answer.statusCode === 204 ? null : text, { status: answer.statusCode })
  }
}
