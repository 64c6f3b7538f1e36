import type { Database } from '#shared/database/open-database.ts'
import { openDatabase } from '#shared/database/open-database.ts'
import type { SeenRequest } from '../../../local/sandbox/request-log.ts'
import { startTestFleet } from '../../support/fleet/start-test-fleet.ts'
import type { Answer, TestFleet } from '../../support/fleet/start-test-fleet.ts'
import { requireBrowser } from './browser-processes.ts'

export type BrowserFleet = {
  fleet: TestFleet
  database: Database
  /** A command straight to the one worker. */
  execute: (type: string, payload: object) => Promise<Answer>
  /** What the site was asked, by path. */
  requests: (path: string, host?: string) => Promise<SeenRequest[]>
  worker: () => { url: string; pid: number }
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
    async requests(path, host) {
      const seen = (await fleet.control('GET', 'requests')) as SeenRequest[]
      return seen.filter((request) => request.path === path && (host === undefined || request.host === host))
    },
  }
}
