import { systemClock } from '#shared/clock.ts'
import { Failure } from '#shared/contracts/failure.ts'
import { errorText } from '#shared/errors.ts'

export type HttpAnswer = {
  /** Null: nobody answered. */
  status: number | null
  body: unknown
  error: string
  /** How far the other side's clock is ahead of ours; null when it does not say. */
  skewMs: number | null
}

type Question = { method?: string; headers?: Record<string, string>; body?: object; deadlineMs?: number }

const DEADLINE_MS = 10_000

/** `Date` has whole seconds: on average it is half a second old. */
const DATE_HEADER_LAG_MS = 500

export const skewOf = (theirs: number, askedAt: number, answeredAt: number): number =>
  Math.round(theirs - (askedAt + answeredAt) / 2)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // A page of some proxy: its status says enough.
  }
}

function lostText(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } }
  if ((error as Error).name === 'TimeoutError') return 'no answer in time'
  if (cause?.code === 'ECONNREFUSED') return 'connection refused'
  if (cause?.code === 'ENOTFOUND') return 'there is no such host'
  return errorText(error)
}

/** One question; it never throws for what the other side does. */
export async function askHttp(
  url: string,
  { method = 'GET', headers = {}, body, deadlineMs = DEADLINE_MS }: Question = {},
): Promise<HttpAnswer> {
  const askedAt = systemClock.now()
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    })
    const answeredAt = systemClock.now()
    const content = parse(await answer.text())
    const date = Date.parse(answer.headers.get('date') ?? '')
    const failure = Failure.safeParse(content)
    return {
      status: answer.status,
      body: content,
      error: failure.success ? `${failure.data.code}: ${failure.data.error}` : `HTTP ${answer.status}`,
      skewMs: Number.isNaN(date) ? null : skewOf(date + DATE_HEADER_LAG_MS, askedAt, answeredAt),
    }
  } catch (error) {
    return { status: null, body: null, error: lostText(error), skewMs: null }
  }
}
