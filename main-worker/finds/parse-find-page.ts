import type { FindFilter, FindPlace } from '#shared/database/finds.ts'
import { findFilter, FindPageQuery } from './find-query.ts'

/** The fields of the page's form, in its order. */
export const formFields = ['q', 'alertId', 'market', 'mark', 'period', 'priceMin', 'priceMax'] as const
export type FormField = (typeof formFields)[number]

/** The page of one alert's finds. */
export const findsPath = (alertId: string): string => `/finds?${new URLSearchParams({ alertId }).toString()}`

export type FindPage = {
  filter: FindFilter
  cursor: FindPlace | null
  /** What stands in the form, right or wrong. */
  typed: Partial<Record<FormField, string>>
  problems: FormField[]
}

const isField = (name: unknown): name is FormField => formFields.includes(name as FormField)

/** A form sends every field, the empty ones too; of one that comes twice the first counts. */
export function parseFindPage(query: Record<string, string | string[]>, now: number): FindPage {
  const given = Object.fromEntries(
    Object.entries(query)
      .map(([name, value]) => [name, (Array.isArray(value) ? value[0] : value)?.trim() ?? ''] as const)
      .filter(([, value]) => value !== ''),
  )
  const typed = Object.fromEntries(Object.entries(given).filter(([name]) => isField(name)))
  const parsed = FindPageQuery.safeParse(given)
  if (parsed.success)
    return { filter: findFilter(parsed.data, now), cursor: parsed.data.cursor ?? null, typed, problems: [] }
  const problems = new Set(parsed.error.issues.map(({ path: [name] }) => name).filter(isField))
  // Of an address that was cut by hand the fields that are right still count.
  const right = FindPageQuery.safeParse(
    Object.fromEntries(Object.entries(typed).filter(([name]) => !problems.has(name as FormField))),
  )
  return { filter: right.success ? findFilter(right.data, now) : {}, cursor: null, typed, problems: [...problems] }
}
