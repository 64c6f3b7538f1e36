import { z } from 'zod'
import { stopwatch } from '#shared/clock.ts'
import { Health, WorkerHealth } from '#shared/contracts/health.ts'
import type { WorkerAddress } from '#shared/env.ts'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import { askHttp } from './ask-http.ts'
import type { HttpAnswer } from './ask-http.ts'
import type { Answer, FleetFacts, SearchFacts, WorkerFacts } from './facts.ts'

/** A polite gap, the site and one other worker. */
const SEARCH_DEADLINE_MS = 90_000

/** Every market has plenty of it. */
const DRY_SEARCH = 'nike'

const Preview = z.object({ itemsChecked: z.int(), workerId: z.string() })

const at = (url: string, path: string): string => new URL(path, url).href

/** What the body says when it is what this version expects. */
function read<Body extends z.ZodType>(answer: HttpAnswer, schema: Body): Answer<{ body: z.output<Body> }> {
  const { status, error } = answer
  if (status !== 200) return { ok: false, status, error }
  const parsed = schema.safeParse(answer.body)
  return parsed.success
    ? { ok: true, body: parsed.data }
    : { ok: false, status, error: 'the answer is not what this version expects' }
}

export async function askAlive(url: string): Promise<WorkerFacts['alive']> {
  const answer = await askHttp(at(url, '/api/health'))
  const health = read(answer, Health)
  return health.ok ? { ok: true, version: health.body.version, skewMs: answer.skewMs } : health
}

export async function collectWorker({ id, url }: WorkerAddress, apiKey: string): Promise<WorkerFacts> {
  const [alive, answer] = await Promise.all([
    askAlive(url),
    askHttp(at(url, '/api/v1/worker/health'), { headers: { 'x-api-key': apiKey } }),
  ])
  const health = read(answer, WorkerHealth)
  return { id, url, alive, health: health.ok ? { ok: true, health: health.body } : health }
}

/** The markets of active alerts; a fleet without alerts is tried with its first worker's. */
export function marketsToTry(used: readonly string[], workers: readonly { id: string }[]): string[] {
  if (used.length > 0) return [...used]
  const home = workers.map(({ id }) => id.replace(/^worker-/, '')).find((market) => findMarket(market))
  return [home ?? 'fr']
}

/** Through main, a worker and its pace to the site; nothing is stored. */
async function trySearch(mainUrl: string, apiKey: string, market: string): Promise<SearchFacts> {
  const elapsed = stopwatch()
  const answer = await askHttp(at(mainUrl, '/api/v1/alerts/preview'), {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: { market, searchText: DRY_SEARCH },
    deadlineMs: SEARCH_DEADLINE_MS,
  })
  const preview = read(answer, Preview)
  if (!preview.ok) return { market, kind: 'answered', answer: preview }
  const { itemsChecked: rows, workerId: worker } = preview.body
  return { market, kind: 'answered', answer: { ok: true, rows, worker, ms: Math.round(elapsed()) } }
}

type Searched = { mainUrl: string; isMainUp: boolean; apiKey: string; fleet: FleetFacts | null; markets: string[] }

/** A paused fleet is not asked: the answer is known, and the pause is there for a reason. */
export async function collectSearches({ mainUrl, isMainUp, apiKey, fleet, markets }: Searched): Promise<SearchFacts[]> {
  const because = !isMainUp ? 'main-away' : !fleet ? 'no-fleet' : fleet.fleet.pause ? 'paused' : null
  if (because !== null) return markets.map((market) => ({ market, kind: 'not-asked', because }))
  return Promise.all(markets.map((market) => trySearch(mainUrl, apiKey, market)))
}
