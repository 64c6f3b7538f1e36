import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Alert } from '#shared/contracts/alert.ts'
import { CheckAlerts } from '#shared/contracts/command.ts'
import type { WorkerHealth } from '#shared/contracts/health.ts'
import { HEARTBEAT_EVERY_MS } from '#shared/contracts/run-events.ts'
import type { RunLine } from '#shared/contracts/run-events.ts'
import { openDatabase } from '#shared/database/open-database.ts'
import { canonicalSearch } from '#shared/marketplaces/vinted/canonical-search.ts'
import { answerQuestions } from '../fleet/bench-process.ts'

/**
 * Regions as main sees them, many in one process: the real contract, the real pace, and each check recorded by the real verb
 * (an empty page), so that main finds its searches done. No site is asked.
 */
const { COUNT = '1', FIRST = '0', SUPABASE_URL = '', SERVICE_ROLE_KEY = '' } = process.env
const GAP = { minMs: 12_000, maxMs: 25_000 }
const database = openDatabase(SUPABASE_URL, SERVICE_ROLE_KEY)

const report = { open: 0, lines: 0, doneAt: {} as Record<string, number> }
export type StreamReport = typeof report

async function record(workerId: string, { payload }: CheckAlerts, alert: Alert): Promise<void> {
  const check = {
    checkId: randomUUID(),
    runId: payload.runId ?? null,
    attempt: payload.attempt ?? null,
    workerId,
    egress: workerId,
    sessionId: null,
    search: canonicalSearch(alert),
    verdict: 'ok',
    error: null,
    ms: 1,
    effect: { kind: 'good' as const },
    itemIds: [],
    listings: {},
    alerts: [
      { alertId: alert.id, channel: 'console', destination: 'console', topicId: null, matchIds: [], itemsChecked: 0 },
    ],
  }
  await database.call('record_check', { check_result: check })
}

async function stream(workerId: string, command: CheckAlerts, response: ServerResponse): Promise<void> {
  const say = (line: RunLine): void => {
    report.lines += 1
    response.write(`${JSON.stringify(line)}\n`)
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson', connection: 'close' })
  report.open += 1
  const beat = setInterval(() => say({ line: 'heartbeat', nextRequestAt: null }), HEARTBEAT_EVERY_MS)
  say({ line: 'accepted', runId: command.payload.runId ?? null, bootId: workerId })
  const { alerts } = command.payload
  for (const [place, alert] of alerts.entries()) {
    if (place > 0) await sleep(GAP.minMs + Math.random() * (GAP.maxMs - GAP.minMs))
    await record(workerId, command, alert)
    const counts = { itemsChecked: 0, matches: 0, newMatches: 0, ms: 1 }
    say({ line: 'alert-checked', alertId: alert.id, verdict: 'ok', error: null, ...counts })
  }
  clearInterval(beat)
  say({ line: 'done', summary: { alertsChecked: alerts.length, itemsChecked: 0, matches: 0, newMatches: 0 } })
  report.doneAt[workerId] = Date.now()
  report.open -= 1
  response.end()
}

async function serve(workerId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') return stream(workerId, CheckAlerts.parse(await json(request)), response)
  const health: WorkerHealth = {
    status: 'ok',
    workerId,
    region: 'bench',
    egress: workerId,
    bootId: workerId,
    version: '0.0.0',
    browser: false,
    run: null,
    nextRequestAt: null,
    sessions: [],
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(health))
}

const workers = await Promise.all(
  Array.from({ length: Number(COUNT) }, async (_, place) => {
    const id = `stand-in-${Number(FIRST) + place}`
    const server = createServer((request, response) => {
      serve(id, request, response).catch((error: unknown) => {
        process.stderr.write(`${id}: ${String(error)}\n`)
        response.destroy()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return { id, name: id, region: 'bench', url: `http://127.0.0.1:${port}` }
  }),
)
answerQuestions(({ kind }: { kind: 'workers' | 'report' }) => (kind === 'workers' ? workers : report))
process.stdout.write('ready\n')
