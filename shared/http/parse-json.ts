import { ProblemError } from '../errors.ts'

const refuse = (message: string, cause?: unknown): ProblemError =>
  new ProblemError(400, 'BROKEN_JSON', message, {}, cause)

/** PostgreSQL's jsonb takes neither NUL nor half a surrogate pair, and no text a person types holds them. Throws ProblemError 400. */
export function refuseUnstorableText(text: string): void {
  if (text.includes('\0')) throw refuse('a text holds a NUL character (\\u0000)')
  if (!text.isWellFormed()) throw refuse('a text holds half a surrogate pair (\\ud800-\\udfff alone)')
}

/** An empty body is undefined. Throws ProblemError 400 for what is no JSON, or JSON that tampers with prototypes. */
export function parseJson(body: string): unknown {
  if (body.trim() === '') return undefined
  try {
    return JSON.parse(body, (key, value: unknown) => {
      if (key === '__proto__') throw refuse('a field is named __proto__')
      refuseUnstorableText(key)
      if (typeof value === 'string') refuseUnstorableText(value)
      return value
    })
  } catch (error) {
    if (error instanceof ProblemError) throw error
    throw refuse(`the body is not JSON: ${(error as Error).message}`, error)
  }
}
