import type { Verdict } from '#shared/contracts/verdict.ts'
import type { SiteAnswer } from './site-client.ts'

/** `retryAfterMs` is the site's own wish, null where it said none. `detail` holds no cookie and no token. */
export type Classified = { verdict: Verdict; detail: string; httpStatus: number; retryAfterMs: number | null }

/** Verdicts look at the beginning of a body only. */
const HEAD_CHARS = 64 * 1024

const challengeMarks = ['Client Challenge', 'Just a moment', 'captcha-delivery.com', '_cf_chl_opt', 'geo.captcha']

/** Seconds or an HTTP date (`now` in ms) → ms; null where it is missing or no such thing. */
export function retryAfterMs(value: string | undefined, now: number): number | null {
  if (value === undefined || value.trim() === '') return null
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

const parseObject = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null // Not JSON is an answer too: the caller judges it.
  }
}

/** An error as the site words it: `{code, message_code, message}`. */
const siteError = (json: Record<string, unknown> | null, status: number): string => {
  const message = json?.['message'] ?? json?.['message_code']
  return typeof message === 'string' ? `HTTP ${status}: ${message.slice(0, 200)}` : `HTTP ${status}`
}

/** What an answer to a catalogue request means, before its rows are looked at. One row of the verdict table per line. */
export function classifyResponse(answer: SiteAnswer, now: number): Classified {
  if (answer.kind === 'no-answer') {
    return { verdict: 'upstream-error', detail: answer.error, httpStatus: 0, retryAfterMs: null }
  }
  const { status, headers, body } = answer
  const head = body.slice(0, HEAD_CHARS)
  const isJson = (headers['content-type'] ?? '').includes('json') || /^\s*[{[]/.test(head)
  const json = isJson ? parseObject(body) : null
  const say = (verdict: Verdict, detail = siteError(json, status)): Classified => ({
    verdict,
    detail,
    httpStatus: status,
    retryAfterMs: verdict === 'throttled' ? retryAfterMs(headers['retry-after'], now) : null,
  })
  const isChallenge = json === null && challengeMarks.some((mark) => head.includes(mark))
  if (isChallenge) return say('challenged', `HTTP ${status}: a challenge page`)
  if (status === 401) return say('session-expired')
  if (status === 403) return say('blocked')
  if (status === 429) return say('throttled')
  if (status >= 500) return say('upstream-error')
  if (status === 404) return say('protocol-changed', `HTTP 404: the catalogue is not where it was`)
  if (status === 400) return say('bad-search')
  if (status !== 200) return say('protocol-changed', `HTTP ${status}: unexpected`)
  if (json?.['message_code'] === 'invalid_authentication_token') return say('session-expired')
  if (json === null)
    return say(
      isJson ? 'upstream-error' : 'protocol-changed',
      isJson ? 'the answer breaks off' : 'HTTP 200 without JSON',
    )
  if (!Array.isArray(json['items'])) return say('protocol-changed', 'HTTP 200 without items')
  return say('ok')
}
