import { AlertInput } from '#shared/contracts/alert.ts'
import type { AlertChanges } from '#shared/contracts/alert.ts'
import { ProblemError } from '#shared/errors.ts'
import { toNewAlert } from './alert-store.ts'
import { splitEntries } from './split-entries.ts'

/** A form as a browser sends it; a field that comes several times is a list. */
export type AlertForm = Readonly<Record<string, string | readonly string[]>>

export const textOf = (form: AlertForm, name: string): string => {
  const value = form[name]
  return (typeof value === 'string' || value === undefined ? (value ?? '') : (value.at(-1) ?? '')).trim()
}

export const listOf = (form: AlertForm, name: string): readonly string[] => {
  const value = form[name]
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** `12`, `12.5`, `12,50`; null when empty, NaN for anything else: the schema says no to it. */
const numberOf = (text: string): number | null =>
  text === '' ? null : /^-?\d{1,16}([.,]\d{1,2})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN

const idsOf = (text: string): (number | null)[] => splitEntries(text.replaceAll(/[;\s]+/g, ',')).map(numberOf)

/** `patterns: 3, 8`, one attribute a line; a line without a colon has no name, which the schema refuses. */
const attributesOf = (text: string): Record<string, (number | null)[]> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, name = '', ids = ''] = /^([^:]*):(.*)$/.exec(line) ?? []
        return [name.trim(), idsOf(ids)]
      }),
  )

const NUMBERS = ['priceMin', 'priceMax', 'maxTotalPrice', 'priceDropPercent', 'maxMessagesPerHour', 'topicId'] as const
const IDS = ['catalogIds', 'brandIds', 'sizeIds', 'colorIds', 'materialIds'] as const
const WORDS = ['brands', 'sizes', 'requiredWords', 'excludedWords', 'blockedSellers'] as const

/** `fields`: the names of those that are wrong. */
export type ReadForm = { kind: 'good'; changes: AlertChanges } | { kind: 'wrong'; fields: Set<string> }

/**
 * Every field of an alert out of a form; what the form does not name is empty. `chatId` is read only where the form has it: who
 * was invited has one chat.
 */
export function readAlertForm(form: AlertForm): ReadForm {
  const name = textOf(form, 'name')
  const input = AlertInput.safeParse({
    ...(name !== '' && { name }),
    ...(form['chatId'] !== undefined && { chatId: textOf(form, 'chatId') || null }),
    ...(form['language'] !== undefined && { language: textOf(form, 'language') }),
    market: textOf(form, 'market'),
    searchText: textOf(form, 'searchText') || null,
    statusIds: listOf(form, 'statusIds').map(numberOf),
    attributeIds: attributesOf(textOf(form, 'attributeIds')),
    ...Object.fromEntries(NUMBERS.map((field) => [field, numberOf(textOf(form, field))])),
    ...Object.fromEntries(IDS.map((field) => [field, idsOf(textOf(form, field))])),
    ...Object.fromEntries(WORDS.map((field) => [field, splitEntries(textOf(form, field))])),
  })
  if (!input.success) return { kind: 'wrong', fields: new Set(input.error.issues.map(({ path }) => String(path[0]))) }
  try {
    toNewAlert(input.data, null)
    return { kind: 'good', changes: input.data }
  } catch (error) {
    if (!(error instanceof ProblemError) || !error.extra.issues) throw error
    return { kind: 'wrong', fields: new Set(error.extra.issues.map(({ field }) => field.split('.')[0] ?? field)) }
  }
}
