import type { Database } from '#shared/database/open-database.ts'
import { openDatabase } from '#shared/database/open-database.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { requireBrowser } from './browser-processes.ts'

export type BrowserFleet = {
  fleet: TestFleet
  database: Database
  /** A command straight to the one worker. */
  execute(type: string, payload: object): Promise<{ status: number; body: any }>
  /** Visits of the front page of a market. */
  visits(host: string): Promise<{ status: number; userAgent: string }[]>
  worker(): { url: string; pid: number }
}

/** A fleet with one worker, `worker-fr`, and the machine's real browser. */
export async function startBrowserFleet(env: Record<string, string> = {}): Promise<BrowserFleet> {
  requireBrowser()
  const fleet = await startTestFleet({ args: ['--workers', 'fr'], env })
  const { database, apiKey } = fleet.local()
  const worker = () => fleet.local().workers[0] as { url: string; pid: number }
  return {
    fleet,
    worker,
    database: openDatabase(database.url, database.key),
    execute: (type, payload) =>
      fleet.send(`${worker().url}/api/v1/worker/execute`, 'POST', { type, payload }, { 'x-api-key': apiKey }),
    async visits(host) {
      const requests = await fleet.control('GET', 'requests')
      return requests.filter((request: any) => request.host === host && request.path === '/')
    },
  }
}
