import type { Facts, SeenFacts } from '../../../../local/doctor/facts.ts'
import { makeFleet, makeWorker } from '../../main-worker/make-worker.ts'

export const NOW = Date.parse('2026-11-22T12:00:00Z')

const makeWorkerFacts = (id: string): SeenFacts['workers'][number] => ({
  id,
  url: `https://${id}.example`,
  alive: { ok: true, version: '1.0.0', skewMs: 300 },
  health: {
    ok: true,
    health: {
      status: 'ok',
      workerId: id,
      region: 'cdg',
      egress: id,
      bootId: 'boot',
      version: '1.0.0',
      browser: true,
      run: null,
      nextRequestAt: null,
      sessions: [],
    },
  },
})

/** A fleet of two workers in which all is well. */
export const makeSeen = (changes: Partial<SeenFacts> = {}): SeenFacts => ({
  secret: { distinct: 16, hasPrevious: false },
  publicBaseUrl: 'https://vigie.example',
  database: {
    state: {
      ok: true,
      state: { now: '2026-11-22T12:00:00Z', migrations: ['1', '2'], open: [] },
      skewMs: -20,
      roundTripMs: 12,
    },
    statusWithoutKey: 401,
  },
  telegram: {
    me: { ok: true, name: '@vigie_bot' },
    webhook: { ok: true, url: 'https://vigie.example/telegram/secret-path', pending: 0, lastError: null },
  },
  main: { ok: true, version: '1.0.0', skewMs: 0, url: 'https://vigie.example' },
  workers: ['worker-fr', 'worker-us'].map(makeWorkerFacts),
  fleet: {
    fleet: makeFleet([makeWorker('worker-fr'), makeWorker('worker-us')]),
    incidents: [],
    sessions: [
      {
        worker: 'worker-fr',
        market: 'fr',
        source: 'http',
        cookieNames: [],
        createdAt: '2026-11-22T11:30:00Z',
        ageS: 1800,
        expiresAt: '2026-11-22T13:00:00Z',
        isUsable: true,
        lastVerdict: 'ok',
        useCount: 3,
      },
    ],
    hasOwnerChat: true,
  },
  markets: ['fr'],
  searches: [{ market: 'fr', kind: 'answered', answer: { ok: true, rows: 96, worker: 'worker-fr', ms: 1_234 } }],
  ...changes,
})

export const makeFacts = (seen: Partial<SeenFacts> = {}, changes: Partial<Facts> = {}): Facts => ({
  target: { kind: 'environment', name: 'main.env', mode: null },
  now: NOW,
  version: '1.0.0',
  node: '24.21.0',
  migrations: ['1', '2'],
  settings: [{ of: 'main', problems: [] }],
  hasEnvFile: null,
  seen: makeSeen(seen),
  ...changes,
})
