import type { AlertFilter } from '../../alerts/filter-alerts.ts'

/** The list, narrowed as it was; `more`: the page, or what has just been done. */
export function listPath(filter: Partial<AlertFilter>, more: Readonly<Record<string, string | number>> = {}): string {
  const entries = Object.entries<string | number>({ ...filter, ...more }).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  const query = new URLSearchParams(entries.filter(([, value]) => value !== '')).toString()
  return query === '' ? '/alerts' : `/alerts?${query}`
}
