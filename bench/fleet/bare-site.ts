import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProxyAgent, request } from 'undici'
import type { Alert } from '#shared/contracts/alert.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { catalogueRequest, frontPageRequest } from '../../regional-worker/vinted/protocol.ts'
import type { SiteRequest, Visitor } from '../../regional-worker/vinted/protocol.ts'
import type { TestFleet } from '../../tests/support/fleet/start-test-fleet.ts'

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

type RunAlert = { alertId: string; workerId: string; searchKey: string }

/** The searches of a cycle, by the worker that asked them. */
export type AskedSearches = Map<string, Alert[]>

export type BareSite = {
  /** Asks all of it again with undici alone: the workers side by side, each one search after the other. Answers the ms. */
  ask(searches: AskedSearches): Promise<number>
  close(): Promise<void>
}

/** One alert of each search that a run asked. */
export async function askedSearches(fleet: TestFleet, runId: string): Promise<AskedSearches> {
  const run = (await fleet.api('GET', `/api/v1/runs/${runId}`)).body as { alerts: RunAlert[] }
  const { alerts } = (await fleet.api('GET', '/api/v1/alerts')).body as { alerts: Alert[] }
  const byId = new Map(alerts.map((alert) => [alert.id, alert]))
  const bySearch = new Map(run.alerts.map((row) => [row.searchKey, row]))
  const asked: AskedSearches = new Map()
  for (const { alertId, workerId } of bySearch.values()) {
    const alert = byId.get(alertId)
    if (alert) asked.set(workerId, [...(asked.get(workerId) ?? []), alert])
  }
  return asked
}

/** The doors as the sandbox announced them; in its fleet an egress has the name of its worker. */
function doorsOf(fleet: TestFleet): { egress: string; url: string }[] {
  const entry = fleet.logs('sandbox').find(({ msg }) => msg === 'the sandbox is open')
  return (entry as unknown as { doors: { egress: string; url: string }[] }).doors
}

async function get(dispatcher: ProxyAgent, { url, headers }: SiteRequest) {
  const answer = await request(url, { dispatcher, headers: { ...headers, 'accept-encoding': 'gzip' } })
  await answer.body.arrayBuffer()
  if (answer.statusCode !== 200) throw new Error(`the sandbox answered ${answer.statusCode}`)
  return answer.headers
}

async function openVisitor(dispatcher: ProxyAgent, marketId: string): Promise<Visitor> {
  const headers = await get(dispatcher, frontPageRequest(marketOf(marketId), USER_AGENT))
  const cookies = [headers['set-cookie'] ?? []].flat()
  const accessToken = cookies.findLast((cookie) => /^access_token_web=[^;]/.test(cookie))?.split(/[=;]/)[1] ?? ''
  return { accessToken, anonId: String(headers['x-anon-id']), userAgent: USER_AGENT }
}

/** The sandbox's site through the same doors, without Vigie: what a cycle could cost at the very least. */
export function openBareSite(fleet: TestFleet): BareSite {
  const ca = readFileSync(join(fleet.folder, 'certificate', 'sandbox-cert.pem'), 'utf8')
  const agents = new Map(
    doorsOf(fleet).map(({ egress, url }) => [egress, new ProxyAgent({ uri: url, requestTls: { ca } })]),
  )
  const visitors = new Map<string, Visitor>()

  const visitorOf = async (worker: string, agent: ProxyAgent, market: string): Promise<Visitor> => {
    const visitor = visitors.get(`${worker} ${market}`) ?? (await openVisitor(agent, market))
    visitors.set(`${worker} ${market}`, visitor)
    return visitor
  }
  const askAll = async (worker: string, alerts: readonly Alert[]): Promise<void> => {
    const agent = agents.get(worker)
    if (!agent) throw new Error(`no door for ${worker}`)
    for (const alert of alerts) {
      const visitor = await visitorOf(worker, agent, alert.market)
      await get(agent, catalogueRequest(marketOf(alert.market), alert, visitor))
    }
  }
  return {
    async ask(searches) {
      const startedAt = performance.now()
      await Promise.all([...searches].map(([worker, alerts]) => askAll(worker, alerts)))
      return performance.now() - startedAt
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.close()))
    },
  }
}
