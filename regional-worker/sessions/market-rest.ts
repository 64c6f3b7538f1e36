import type { SiteAnswer } from '../vinted/site-client.ts'
import { keepEvidence } from '../evidence/keep-evidence.ts'
import type { HumanCheck } from './human-check.ts'
import type { BootstrapDeps } from './make-session.ts'
import type { PageVisit } from './visit-front-page.ts'

type Deps = Pick<BootstrapDeps, 'database' | 'workerId' | 'banRules'>
type Met = Pick<PageVisit, 'cookies' | 'screenshot'> & { answer: Extract<SiteAnswer, { kind: 'answer' }> }

const subjectOf = (market: string, workerId: string): string => `${market} on ${workerId}`

/** Until when a market rests on this worker; null when it does not. */
export async function restingUntil({ database, workerId }: Deps, market: string): Promise<string | null> {
  const rests = await database.call('list_market_rests', {})
  return rests.find((rest) => rest.workerId === workerId && rest.market === market)?.until ?? null
}

/** The page wants a person: this market rests on this worker, and the owner is told. Answers what was met, in words. */
export async function restForPerson(
  deps: Deps,
  market: string,
  wants: Exclude<HumanCheck, null>,
  { answer, cookies, screenshot }: Met,
): Promise<string> {
  const { database, workerId, banRules } = deps
  // First of all: whatever fails below, nobody hammers on.
  await database.call('rest_market', { worker_id: workerId, market, ms: banRules.banDurationMs })
  const secrets = cookies.map(({ value }) => value)
  const seen = { httpStatus: answer.status, headers: answer.headers, body: answer.body, screenshot, secrets }
  const evidence = await keepEvidence(deps, market, 'captcha', seen)
  const met = `HTTP ${answer.status}: ${wants === 'captcha' ? 'a CAPTCHA' : 'a login page'}`
  await database.call('open_incident', {
    kind: 'captcha',
    subject: subjectOf(market, workerId),
    detail: `${met}. ${market} rests on ${workerId} for ${Math.ceil(banRules.banDurationMs / 60_000)} min and is then tried again; everything else goes on. To be faster, pass the page in a browser on that address and import its cookies (POST /api/v1/token/cookies).`,
    evidence_id: evidence,
  })
  return met
}

/** A session was made: whoever was asked for is no longer needed. */
export async function endRest({ database, workerId }: Deps, market: string): Promise<void> {
  await database.call('close_incident', { kind: 'captcha', subject: subjectOf(market, workerId) })
}
