import type { WorkerRow } from '#shared/database/rows.ts'

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
  lastError: null,
  requestCount: 0,
  successCount: 0,
  errorCount: 0,
  bannedUntil: null,
  banReason: null,
  restingUntil: null,
  lastGoodAt: null,
  ...over,
})
