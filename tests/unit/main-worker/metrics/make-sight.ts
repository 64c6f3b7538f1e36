import type { FleetSight } from '../../../../main-worker/metrics/look-at-fleet.ts'
import { makeFleet, makeWorker } from '../make-worker.ts'

const run = (summary: object) =>
  ({
    runId: 'r',
    status: 'done',
    trigger: 'clock',
    startedAt: '2026-11-22T10:00:00Z',
    finishedAt: '2026-11-22T10:00:45Z',
    summary,
  }) as FleetSight['cycles']['lastCycle']

const at = '2026-11-22T10:00:00Z'

const makeIncident = (kind: string, isOpen: boolean): FleetSight['incidents'][number] => ({
  id: 'i',
  kind,
  subject: 'anything',
  detail: '',
  evidenceId: null,
  since: at,
  isOpen,
  until: null,
})

const makeSession = (worker: string | null, ageS: number, isUsable: boolean): FleetSight['sessions'][number] => ({
  worker,
  market: 'fr',
  source: 'http',
  cookieNames: [],
  createdAt: at,
  ageS,
  expiresAt: '2026-11-22T12:00:00Z',
  isUsable,
  lastVerdict: null,
  useCount: 0,
})

const ageOfFinds = { p50S: 100, p95S: 250, count: 7, dated: 7, delivery: { p50S: 1.5, p95S: 4 } }
const spending = { finds: 7, requests: 42, requestsLastHour: 190 }

/** Two workers, one of them banned, after one cycle. */
export const makeSight = (changes: Partial<FleetSight> = {}): FleetSight => ({
  fleet: makeFleet([
    makeWorker('worker-fr', { requestCount: 42, successCount: 40, errorCount: 2 }),
    makeWorker('worker-us', { bannedUntil: '2026-11-22T10:30:00Z', banReason: '403' }),
  ]),
  numbers: {
    ageOfFinds,
    spending,
    outbox: { waiting: 3, oldestAgeS: 12 },
    fencing: { staleWrites: 1, refusedSlots: 0 },
    lastCycle: null,
    runningCycle: null,
  },
  freshness: {
    ageOfFinds,
    spending,
    requestsPerFind: 6,
    budget: { requestsPerHour: 190, usedPerHour: 190, usedPercent: 100, searches: 38, boundS: 720 },
  },
  cycles: {
    runningCycle: null,
    lastCycle: run({ durationMs: 45_230, totals: { alertsChecked: 41, requests: 38, requestsSaved: 3 } }),
    searches: 38,
  },
  operations: {
    cycles: { done: 280, failed: 1 },
    outbox: [
      { channel: 'console', waiting: 0, oldestAgeS: null, failed: 0 },
      { channel: 'telegram', waiting: 3, oldestAgeS: 12, failed: 2 },
    ],
    activeAlerts: 41,
  },
  incidents: [
    makeIncident('ban', true),
    makeIncident('dead-letters', true),
    makeIncident('ban', true),
    makeIncident('late-cycle', false),
  ],
  sessions: [makeSession('worker-fr', 300, true), makeSession(null, 60, true), makeSession('worker-us', 9, false)],
  sizes: { databaseBytes: 9_000_000, tables: [] },
  roundTripMs: 2,
  ...changes,
})
