import type { FleetRow, WorkerRow } from '#shared/database/fleet.ts'
import type { Facts, FleetFacts, SearchFacts, SeenFacts, WorkerFacts } from './facts.ts'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'

function ofMain({ main }: SeenFacts, version: string): Finding {
  if (!main.ok) return finding('broken', ['main'], 'mainAway', { url: main.url, error: main.error })
  return main.version === version
    ? finding('ok', ['main'], 'alive', { version })
    : finding('look', ['main'], 'otherVersion', { theirs: main.version, ours: version })
}

/** What the worker itself says; null when nothing is wrong. */
function ofAnswer({ id, url, alive, health }: WorkerFacts, version: string): Finding | null {
  if (!alive.ok) return finding('broken', ['worker', id], 'workerAway', { url, error: alive.error })
  if (!health.ok) {
    return health.status === 401
      ? finding('broken', ['worker', id], 'workerRefusesKey')
      : finding('broken', ['worker', id], 'workerUnwell', { error: health.error })
  }
  const { workerId, version: theirs } = health.health
  if (workerId !== id) return finding('broken', ['worker', id], 'workerOther', { says: workerId })
  if (theirs !== version) return finding('look', ['worker', id], 'otherVersion', { theirs, ours: version })
  return null
}

/** What the fleet's own books say of it. */
function ofRow(row: WorkerRow | undefined): Finding[] {
  if (!row) return []
  const { id, bannedUntil: until, banReason, isDraining, isHealthy, lastError } = row
  return [
    ...(until === null ? [] : [finding('look', ['worker', id], 'workerBanned', { until, reason: banReason ?? '403' })]),
    ...(isDraining ? [finding('look', ['worker', id], 'workerDraining')] : []),
    ...(isHealthy ? [] : [finding('look', ['worker', id], 'workerUnreached', { error: lastError ?? 'no answer' })]),
  ]
}

function ofWorker(worker: WorkerFacts, row: WorkerRow | undefined, version: string): Finding[] {
  const broken = ofAnswer(worker, version)
  if (broken?.state === 'broken') return [broken]
  const noted = [...(broken ? [broken] : []), ...ofRow(row)]
  if (noted.length > 0) return noted
  const browser = worker.health.ok && worker.health.health.browser
  return [finding('ok', ['worker', worker.id], 'workerOk', { version, browser })]
}

const isAtWork = ({ isHealthy, isDraining, bannedUntil }: WorkerRow): boolean =>
  isHealthy && !isDraining && bannedUntil === null

function ofWork({ pause, workers }: FleetRow): Finding {
  if (pause) return finding('look', ['fleet'], 'fleetPaused', { reason: pause.reason, until: pause.until })
  const total = workers.length
  const available = workers.filter(isAtWork).length
  return available === 0
    ? finding('broken', ['fleet'], 'fleetNone', { total })
    : finding('ok', ['fleet'], 'fleetOk', { available, total })
}

function ofIncidents({ incidents }: FleetFacts, wordsOf: IncidentWordsOf): Finding[] {
  const open = incidents.filter(({ isOpen }) => isOpen)
  if (open.length === 0) return [finding('ok', ['incidents'], 'incidentsNone')]
  return open.map(({ kind, subject, detail }) => {
    const { what, can } = wordsOf(kind, subject)
    return finding('look', ['incidents', kind], 'incidentOpen', { what, detail, can })
  })
}

function ofSessions({ sessions }: FleetFacts, market: string): Finding {
  const usable = sessions.filter((session) => session.isUsable && session.market === market)
  if (usable.length === 0) return finding('look', ['session', market], 'sessionNone')
  const oldestMin = Math.round(Math.max(...usable.map(({ ageS }) => ageS)) / 60)
  return finding('ok', ['session', market], 'sessionOk', { workers: usable.length, oldestMin })
}

function ofSearch(search: SearchFacts): Finding {
  const { market } = search
  if (search.kind === 'not-asked')
    return finding('look', ['search', market], 'searchNotAsked', { because: search.because })
  const { answer } = search
  if (!answer.ok) return finding('broken', ['search', market], 'searchFailed', { error: answer.error })
  const { rows, worker, ms } = answer
  if (rows === 0) return finding('look', ['search', market], 'searchEmpty', { worker })
  return finding('ok', ['search', market], 'searchOk', { rows, worker, seconds: Math.round(ms / 100) / 10 })
}

/** What an incident is called and what its owner can do, in the reader's language. */
export type IncidentWordsOf = (kind: string, subject: string) => { what: string; can: string }

/** Main, each worker, and whether the whole of them gets answers. */
export function judgeFleet({ version }: Facts, seen: SeenFacts, wordsOf: IncidentWordsOf): Finding[] {
  const { workers, fleet, markets, searches } = seen
  return [
    ofMain(seen, version),
    ...workers.flatMap((worker) => {
      const row = fleet?.fleet.workers.find(({ id }) => id === worker.id)
      return ofWorker(worker, row, version)
    }),
    ...(fleet ? [ofWork(fleet.fleet), ...ofIncidents(fleet, wordsOf)] : []),
    ...(fleet ? markets.map((market) => ofSessions(fleet, market)) : []),
    ...searches.map(ofSearch),
  ]
}
