import { html, json } from '../answer.ts'
import type { Answer } from '../answer.ts'

/** Bodies of 401 and 404 as quoted in public threads (samples/vinted/error-bodies.json). */
export const unauthorized = (): Answer =>
  json(401, { code: 100, message: "Jeton d'authentification invalide", message_code: 'invalid_authentication_token' })

export const gone = (): Answer => json(404, { code: 104, message: 'Content not found', message_code: 'not_found' })

export const invalidRequest = (): Answer =>
  json(400, { code: 400, message: 'Invalid request', message_code: 'INVALID_REQUEST' })

export const forbidden = (): Answer =>
  html(
    403,
    '<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>',
  )

export const notFoundPage = (): Answer =>
  html(
    404,
    '<!DOCTYPE html><html><head><title>Page not found | Vinted</title></head><body><h1>Page not found</h1></body></html>',
  )

export const throttled = (retryAfterS: number | null): Answer =>
  html(
    429,
    '<html><body>Too Many Requests</body></html>',
    retryAfterS === null ? {} : { 'retry-after': String(retryAfterS) },
  )

export const serverError = (status: number): Answer => html(status, `<html><body><h1>${status}</h1></body></html>`)

/** A page where an answer was expected: status 200 and no JSON. */
export const strayPage = (): Answer =>
  html(200, '<!DOCTYPE html><html><head><title>Vinted</title></head><body><h1>We will be back soon</h1></body></html>')
