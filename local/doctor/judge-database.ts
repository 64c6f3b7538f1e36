import type { Facts, SeenFacts } from './facts.ts'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'

/** A cycle makes several calls per search: from here on it is the database that sets the pace. */
const SLOW_MS = 1_000

/** A `Date` header is a second wide. */
const SKEW_SEEN_MS = 5_000
/** Signed webhooks allow five minutes; a minute is a clock that nobody sets. */
const SKEW_BROKEN_MS = 60_000

const MOST_NAMES = 5

/** PostgREST's word for a function that is not there. */
const isMissingFunction = (error: string): boolean => /could not find the function/i.test(error)

function ofMigrations(applied: readonly string[] | null, files: readonly string[]): Finding[] {
  if (applied === null) return [finding('look', ['migrations'], 'migrationsUnknown')]
  const missing = files.filter((version) => !applied.includes(version))
  const unknown = applied.filter((version) => !files.includes(version))
  return [
    ...(missing.length > 0 ? [finding('broken', ['migrations'], 'migrationsMissing', { missing })] : []),
    ...(unknown.length > 0 ? [finding('look', ['migrations'], 'migrationsNewer', { unknown })] : []),
    ...(missing.length + unknown.length === 0
      ? [finding('ok', ['migrations'], 'migrationsOk', { count: files.length })]
      : []),
  ]
}

function ofRights(open: readonly string[], statusWithoutKey: number | null): Finding {
  if (statusWithoutKey !== null && statusWithoutKey < 300)
    return finding('broken', ['rights'], 'rightsAnonymous', { status: statusWithoutKey })
  if (open.length === 0) return finding('ok', ['rights'], 'rightsOk')
  return finding('broken', ['rights'], 'rightsOpen', { names: open.slice(0, MOST_NAMES), count: open.length })
}

/** The database, and whether it is the one this code expects. */
export function judgeDatabase({ migrations }: Facts, { database }: SeenFacts): Finding[] {
  const { state: answer, statusWithoutKey } = database
  if (!answer.ok) {
    const { status, error } = answer
    if (isMissingFunction(error)) return [finding('broken', ['migrations'], 'migrationsOld')]
    const isRefused = status === 401 || status === 403
    return [finding('broken', ['database'], isRefused ? 'databaseRefused' : 'databaseAway', { error })]
  }
  const { roundTripMs: ms, state } = answer
  return [
    ms > SLOW_MS
      ? finding('look', ['database'], 'databaseSlow', { ms })
      : finding('ok', ['database'], 'databaseOk', { ms }),
    ...ofMigrations(state.migrations, migrations),
    ofRights(state.open, statusWithoutKey),
  ]
}

/** This machine's clock against everybody's who told the time. */
export function judgeClocks({ database, main, workers }: SeenFacts): Finding[] {
  const told = [
    { who: 'the database', skewMs: database.state.ok ? database.state.skewMs : null },
    { who: 'main', skewMs: main.ok ? main.skewMs : null },
    ...workers.map(({ id, alive }) => ({ who: id, skewMs: alive.ok ? alive.skewMs : null })),
  ].flatMap(({ who, skewMs }) => (skewMs === null ? [] : [{ who, skewMs }]))
  const off = told.filter(({ skewMs }) => Math.abs(skewMs) > SKEW_SEEN_MS)
  if (told.length === 0) return []
  if (off.length === 0) return [finding('ok', ['clock'], 'clockOk', { others: told.length })]
  return off.map(({ who, skewMs }) =>
    finding(Math.abs(skewMs) > SKEW_BROKEN_MS ? 'broken' : 'look', ['clock', who], 'clockOff', {
      who,
      seconds: Math.round(skewMs / 1000),
    }),
  )
}
