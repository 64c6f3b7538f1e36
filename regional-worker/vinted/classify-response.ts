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

/** `broken`: it does not parse; null: it does, but is no object. */
function parseObject(text: string): Record<string, unknown> | null | 'broken' {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return 'broken' // An answer too: the caller judges it.
  }
}

/** An error as the site words it: `{code, message_code, message}`. */
const siteError = (json: Record<string, unknown> | null, status: number): string => {
  const message = json?.['message'] ?? json?.['message_code']
  return typeof message === 'string' ? `HTTP ${status}: ${message.slice(0, 200)}` : `HTTP ${status}`
}

type Answered = Extract<SiteAnswer, { kind: 'answer' }>

/** What any answer of the site says by its status, or as a challenge page with any status; null: look at the content. */
function refusalOf(
  { status, body }: Answered,
  isPage: boolean,
  json: Record<string, unknown> | null,
): { verdict: Verdict; detail: string } | null {
  // Only a page can be one (in JSON the same words are a seller's), or DataDome's JSON that names its page.
  const isDataDome = typeof json?.['url'] === 'string' && json['url'].includes('captcha-delivery.com')
  const isChallenge = isDataDome || (isPage && challengeMarks.some((mark) => body.slice(0, HEAD_CHARS).includes(mark)))
  if (isChallenge) return { verdict: 'challenged', detail: `HTTP ${status}: a challenge page` }
  const say = (verdict: Verdict) => ({ verdict, detail: siteError(json, status) })
  if (status === 401) return say('session-expired')
  if (status === 403) return say('blocked')
  if (status === 429) return say('throttled')
  if (status >= 500) return say('upstream-error')
  if (status === 404) return { verdict: 'protocol-changed', detail: 'HTTP 404: not where it was' }
  if (status === 400) return say('bad-search')
  return status === 200 ? null : { verdict: 'protocol-changed', detail: `HTTP ${status}: unexpected` }
}

function classify(
  answer: SiteAnswer,
  now: number,
  contentOf: (answer: Answered) => { verdict: Verdict; detail: string },
): Classified {
  if (answer.kind === 'no-answer') {
    return { verdict: 'upstream-error', detail: answer.error, httpStatus: 0, retryAfterMs: null }
  }
  const { verdict, detail } = contentOf(answer)
  const wait = verdict === 'throttled' ? retryAfterMs(answer.headers['retry-after'], now) : null
  return { verdict, detail, httpStatus: answer.status, retryAfterMs: wait }
}

/** A catalogue answer whose `items` is a list; null unless the verdict is ok. */
export type CatalogueJson = { items: unknown[]; pagination?: { total_entries?: unknown } }

/** What an answer to a catalogue request means, before its rows are looked at. One row of the verdict table per line. */
export function readCatalogue(answer: SiteAnswer, now: number): { classified: Classified; json: CatalogueJson | null } {
  let json: Record<string, unknown> | null = null
  const classified = classify(answer, now, (answered) => {
    const { headers, body } = answered
    const isJson = (headers['content-type'] ?? '').includes('json') || /^\s*[{[]/.test(body.slice(0, HEAD_CHARS))
    const parsed = isJson ? parseObject(body) : null
    json = parsed === 'broken' ? null : parsed
    const refusal = refusalOf(answered, !isJson, json)
    if (refusal) return refusal
    if (json?.['message_code'] === 'invalid_authentication_token') {
      return { verdict: 'session-expired', detail: siteError(json, 200) }
    }
    if (parsed === 'broken') return { verdict: 'upstream-error', detail: 'the answer breaks off' }
    if (json === null) return { verdict: 'protocol-changed', detail: 'HTTP 200 without a JSON object' }
    if (!Array.isArray(json['items'])) return { verdict: 'protocol-changed', detail: 'HTTP 200 without items' }
    return { verdict: 'ok', detail: 'a catalogue page' }
  })
  return { classified, json: classified.verdict === 'ok' ? json : null }
}

export const classifyResponse = (answer: SiteAnswer, now: number): Classified => readCatalogue(answer, now).classified

/** What an answer to a request for a page of the site means. */
export const classifyPage = (answer: SiteAnswer, now: number): Classified =>
  classify(answer, now, (answered) => refusalOf(answered, true, null) ?? { verdict: 'ok', detail: 'a page' })
