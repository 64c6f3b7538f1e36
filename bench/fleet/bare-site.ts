import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Alert } from '#shared/contracts/alert.ts'
import type { TestFleet } from '../../tests/support/fleet/start-test-fleet.ts'
import { createBareVisitor } from './bare-visitor.ts'

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

/** The sandbox's site through the same doors, without Vigie: what a cycle could cost at the very least. */
export function openBareSite(fleet: TestFleet): BareSite {
  const ca = readFileSync(join(fleet.folder, 'certificate', 'sandbox-cert.pem'), 'utf8')
  const visitors = new Map(doorsOf(fleet).map(({ egress, url }) => [egress, createBareVisitor(url, ca)]))
  const askAll = async (worker: string, alerts: readonly Alert[]): Promise<void> => {
    const visitor = visitors.get(worker)
    if (!visitor) throw new Error(`no door for ${worker}`)
    for (const alert of alerts) await visitor.ask(alert)
  }
  return {
    async ask(searches) {
      const startedAt = performance.now()
      await Promise.all([...searches].map(([worker, alerts]) => askAll(worker, alerts)))
      return performance.now() - startedAt
    },
    async close() {
      await Promise.all([...visitors.values()].map((visitor) => visitor.close()))
    },
  }
}
