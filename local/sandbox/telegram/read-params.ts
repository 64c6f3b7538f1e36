import type { IncomingMessage } from 'node:http'
import { readBody } from '../read-body.ts'
import { badRequest, RefusedError } from './refused-error.ts'

/** Parameters of a call, however they came: in the URL, as JSON, urlencoded or multipart. */
export type Params = {
  /** Empty when it is missing. */
  text(name: string): string
  /** Null when it is missing or no integer. */
  integer(name: string): number | null
  /** Undefined when it is missing; throws `RefusedError` when it is no JSON. */
  json(name: string): unknown
  isUpload(name: string): boolean
}

export async function readParams(request: IncomingMessage): Promise<Params> {
  const values = new Map<string, string | File>(new URL(request.url ?? '/', 'http://127.0.0.1').searchParams)
  const body = await readBody(request)
  if (body === null) throw new RefusedError(413, 'Request Entity Too Large')
  const type = request.headers['content-type'] ?? ''
  if (body.length > 0) for (const [name, value] of await parseBody(body, type)) values.set(name, value)

  const text = (name: string): string => {
    const value = values.get(name)
    return typeof value === 'string' ? value : ''
  }
  return {
    text,
    integer: (name) => (/^-?\d{1,16}$/.test(text(name)) ? Number(text(name)) : null),
    json: (name) => (text(name) === '' ? undefined : parseJson(text(name), name)),
    isUpload: (name) => values.get(name) instanceof File,
  }
}

async function parseBody(body: Buffer<ArrayBuffer>, type: string): Promise<Iterable<[string, string | File]>> {
  if (type.startsWith('application/json')) {
    const value: unknown = parseJson(body.toString(), 'body')
    if (typeof value !== 'object' || value === null) throw badRequest('object expected')
    return Object.entries(value).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)])
  }
  try {
    return (await new Response(body, { headers: { 'content-type': type } }).formData()).entries()
  } catch (cause) {
    throw Object.assign(badRequest("can't read the request's body"), { cause })
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw Object.assign(badRequest(`can't parse ${name} JSON object`), { cause })
  }
}
