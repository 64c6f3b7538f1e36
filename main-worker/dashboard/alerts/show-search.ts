import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import { conditionWord } from '#shared/marketplaces/vinted/conditions.ts'
import type { Alert } from '#shared/contracts/alert.ts'
import { money } from '#shared/outbox/texts.ts'
import type { Language } from '#shared/outbox/texts.ts'
import { alertFormTexts } from './form-texts.ts'
import type { FieldName } from './form-texts.ts'

/** One field of a search or a filter in words; `currency` is the market's. */
export function fieldWords(field: string, value: unknown, currency: string, language: Language): string {
  if (typeof value === 'number') {
    const isPrice = field === 'priceMin' || field === 'priceMax' || field === 'maxTotalPrice'
    return isPrice ? money(value, currency, language) : field === 'priceDropPercent' ? `${value} %` : String(value)
  }
  if (typeof value === 'string') return field === 'market' ? (findMarket(value)?.host ?? value) : value
  if (Array.isArray(value)) {
    const words: unknown[] =
      field === 'statusIds' ? value.map((id: unknown) => conditionWord(Number(id), language) ?? id) : value
    return words.map(String).join(', ')
  }
  return Object.entries((value ?? {}) as Record<string, readonly number[]>)
    .map(([name, ids]) => `${name}: ${ids.join(', ')}`)
    .join('; ')
}

export const fieldLabel = (field: string, language: Language): string =>
  alertFormTexts[language].fields[field as FieldName]?.label ?? field

const SHOWN: readonly (FieldName & keyof Alert)[] = [
  'market',
  'searchText',
  'priceMin',
  'priceMax',
  'maxTotalPrice',
  'statusIds',
  'catalogIds',
  'brandIds',
  'sizeIds',
  'colorIds',
  'materialIds',
  'attributeIds',
  'requiredWords',
  'excludedWords',
  'brands',
  'sizes',
  'blockedSellers',
  'priceDropPercent',
]

const isUnset = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0)

/** Every field an alert has set, by its label and in words. */
export function alertInWords(alert: Alert, language: Language): [label: string, words: string][] {
  const currency = findMarket(alert.market)?.currency ?? 'EUR'
  return SHOWN.filter((field) => !isUnset(alert[field])).map((field) => [
    fieldLabel(field, language),
    fieldWords(field, alert[field], currency, language),
  ])
}
