import type { FleetRow, WorkerRow } from '#shared/database/fleet.ts'

/** A worker at work, with what a test wants to be different. */
export const makeWorker = (id: string, over: Partial<WorkerRow> = {}): WorkerRow => ({
  id,
  name: id.slice(-2).toUpperCase(),
  region: 'cdg',
  url: `https://${id}.example`,
  egress: id,
  isHealthy: true,
  isDraining: false,
  lastHealthCheckAt: null,
  failedChecks: 0,
  lastError: null,
  requestCount: 0,
  successCount: 0,
  errorCount: 0,
  bannedAt: null,
  bannedUntil: null,
  banReason: null,
  restingUntil: null,
  slowFactor: 1,
  ...over,
})

/** A fleet that is neither paused nor trying again. */
export const makeFleet = (workers: WorkerRow[], over: Partial<FleetRow> = {}): FleetRow => ({
  now: '2026-11-22T12:00:00.000Z',
  cursor: null,
  pause: null,
  isTrial: false,
  resumedAt: null,
  pauseEndedAt: null,
  workers,
  ...over,
})
