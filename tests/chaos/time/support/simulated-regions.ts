import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { Clock } from '#shared/clock.ts'
import type { Database } from '#shared/database/open-database.ts'
import { WorkerLostError } from '#shared/fleet/regional-client.ts'
import type { RegionalClient } from '#shared/fleet/regional-client.ts'
import { checkAlerts } from '../../../../regional-worker/commands/check-alerts.ts'
import { streamLines } from '../../../../regional-worker/commands/stream-lines.ts'
import type { Context } from '../../../../regional-worker/context.ts'
import type { SiteAnswer } from '../../../../regional-worker/vinted/site-client.ts'

export type SimulatedRegions = {
  clock: Clock
  /** The way to the database that the regions take. */
  database: Database
  answer: (url: string) => SiteAnswer
  /** A stream that breaks off after so many lines; null: it does not. */
  breaksAfter: (workerId: string) => number | null
}

/** A region without a pace, a session and a network of its own; what it checks and records is the product's own code. */
function regionContext(workerId: string, { clock, database, answer }: SimulatedRegions): Context {
  const session = { id: randomUUID(), market: 'fr', userAgent: 'Simulated/1', accessToken: 'jwt', anonId: null }
  return {
    config: {},
    workerId,
    egress: workerId,
    bootId: randomUUID(),
    clock,
    logger: pino({ enabled: false }),
    database,
    pace: { nextRequestAt: () => null, takeSlot: () => Promise.resolve({ kind: 'granted' }) },
    site: { get: ({ url }: { url: string }) => Promise.resolve(answer(url)), close: () => Promise.resolve() },
    sessions: {
      load: () => Promise.resolve({ ...session, cookieNames: [], source: 'database', renewDue: false }),
      forget: () => undefined,
    },
    messaging: { channel: 'telegram' },
    protocolInUse: new Map(),
    banRules: { banDurationMs: 1_800_000, longestBanMs: 1_800_000 },
    stopping: new AbortController().signal,
  } as unknown as Context
}

/** What main sees of four regions, inside its own process. */
export function createSimulatedRegions(options: SimulatedRegions): RegionalClient {
  const contexts = new Map<string, Context>()
  const contextOf = (id: string): Context => {
    const context = contexts.get(id) ?? regionContext(id, options)
    contexts.set(id, context)
    return context
  }
  return {
    execute: () => Promise.reject(new WorkerLostError('not simulated')),
    health: ({ id }) =>
      Promise.resolve({
        status: 'ok',
        workerId: id,
        region: 'simulated',
        egress: id,
        bootId: contextOf(id).bootId,
        version: '0',
        browser: false,
        run: null,
        nextRequestAt: null,
        sessions: [],
      }),
    async *streamCheck(worker, payload, _silenceMs, signal) {
      const context = contextOf(worker.id)
      const most = options.breaksAfter(worker.id)
      let told = 0
      for await (const line of streamLines(context, payload.runId ?? null, checkAlerts(context, payload, signal))) {
        yield line
        told += 1
        if (most !== null && told > most) throw new WorkerLostError('the stream broke off')
      }
    },
  }
}
