import { createHash } from 'node:crypto'
import type { Verdict } from '#shared/contracts/verdict.ts'
import type { Database } from '#shared/database/open-database.ts'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Logger } from '#shared/logger.ts'
import { scrubBody, scrubHeaders } from './scrub-evidence.ts'

type Deps = { database: Database; workerId: string }
type Seen = {
  httpStatus: number
  headers: Record<string, string>
  body: string
  screenshot?: string | null
  /** Values that must not stand in it, whatever they are called there: what the request carried. */
  secrets: readonly string[]
}

/** Digits change from answer to answer (ray ids, times): what is left says whether two refusals are the same. */
const fingerprint = (body: string): string =>
  createHash('sha256')
    .update(body.slice(0, 4096).replaceAll(/[\da-f]{6,}|\d+/gi, ''))
    .digest('hex')
    .slice(0, 16)

/**
 * Keeps what the site answered, scrubbed: once per distinct refusal and day, for 24 hours. Answers its id. `screenshot` is a
 * JPEG in base64.
 */
export async function keepEvidence(
  { database, workerId }: Deps,
  market: string,
  verdict: Verdict,
  seen: Seen,
): Promise<string> {
  const body = scrubBody(seen.body, seen.secrets)
  return database.call('save_evidence', {
    evidence: {
      workerId,
      market,
      verdict,
      httpStatus: seen.httpStatus,
      headers: scrubHeaders(seen.headers, seen.secrets),
      body,
      screenshot: seen.screenshot ?? null,
      fingerprint: fingerprint(body),
    },
  })
}

/** Beside a check: what the answer means matters more than its copy, so a failure here is told and goes no further. */
export async function tryKeepEvidence(
  deps: Deps & { logger: Logger },
  market: string,
  verdict: Verdict,
  seen: Seen,
): Promise<void> {
  try {
    await keepEvidence(deps, market, verdict, seen)
  } catch (error) {
    logLine(deps.logger, 'databaseFailed', { code: 'EVIDENCE', error: errorText(error) })
  }
}
