import type { Alert, Search } from '../contracts/alert.ts'
import type { DueAlert, PlannedItem } from '../database/runs.ts'
import { canonicalSearch } from '../marketplaces/vinted/canonical-search.ts'

/** All due alerts of one canonical search: one request, never split. `cover`: a broader search, asked instead of theirs. */
export type SearchGroup = { searchKey: string; market: string; alerts: DueAlert[]; cover?: Search }

/** Searches in the order of their oldest check (the order the alerts come in). */
export function groupDueAlerts(
  due: readonly DueAlert[],
  keyOf: (entry: DueAlert) => string = ({ alert }) => canonicalSearch(alert).key,
): SearchGroup[] {
  const groups = new Map<string, SearchGroup>()
  for (const entry of due) {
    const key = keyOf(entry)
    const group = groups.get(key)
    if (group) group.alerts.push(entry)
    else groups.set(key, { searchKey: key, market: entry.alert.market, alerts: [entry] })
  }
  return [...groups.values()]
}

/** Searches as a run's plan names them. `again`: also those that have a good result in this run. */
export const toPlannedItems = (
  groups: readonly SearchGroup[],
  workerId: string,
  attempt: number,
  again = false,
): PlannedItem[] =>
  groups.map(({ searchKey, alerts }) => ({
    searchKey,
    workerId,
    attempt,
    again,
    alerts: alerts.map(({ alert, revision }) => ({ id: alert.id, revision })),
  }))

/** The alerts of searches, each with a chat: those without one of their own go to the owner's. */
export const addressedAlerts = (groups: readonly SearchGroup[], defaultChatId: string | null): Alert[] =>
  groups.flatMap((group) => group.alerts.map(({ alert }) => ({ ...alert, chatId: alert.chatId ?? defaultChatId })))
