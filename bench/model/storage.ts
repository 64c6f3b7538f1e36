import { budgetOf } from './freshness.ts'
import type { PerKind } from './measure-rows.ts'

/** Supabase's free plan: 0.5 GB. */
export const FREE_BYTES = 500e6
const DAYS = { find: 30, seen: 7, check: 14 }
const PAGE_ROWS = 96
/** Reports are five minutes long in both schedules, and a search stands in one once. */
const REPORTS_PER_HOUR = 12

/** Rows at rest of `alerts` that are a search each, every one kept as long as `purge_old` keeps it. */
export const keptRows = (alerts: number, regions: number, findsPerHour: number): PerKind => ({
  find: alerts * findsPerHour * 24 * DAYS.find,
  seen: alerts * (PAGE_ROWS + findsPerHour * 24 * DAYS.seen),
  check: Math.min(alerts * REPORTS_PER_HOUR, budgetOf(regions)) * 24 * DAYS.check,
})

export const bytesOf = (rows: PerKind, each: PerKind): number =>
  rows.find * each.find + rows.seen * each.seen + rows.check * each.check

/** How many alerts the free plan holds. */
export function alertsThatFit(each: PerKind, regions: number, findsPerHour: number): number {
  let alerts = 0
  while (bytesOf(keptRows(alerts + 1, regions, findsPerHour), each) <= FREE_BYTES) alerts += 1
  return alerts
}
