import type { AlertChanges, Search } from '#shared/contracts/alert.ts'
import type { Line } from '#shared/database/outbox.ts'
import type { IgnoredPart } from '#shared/marketplaces/vinted/parse-search-url.ts'
import { marketOf } from '#shared/marketplaces/vinted/markets.ts'
import { cut, listingLine } from '#shared/outbox/listing-line.ts'
import { money } from '#shared/outbox/texts.ts'
import type { Language } from '#shared/outbox/texts.ts'
import type { previewAlert } from '../../alerts/preview-alert.ts'
import { bold, line } from './compose.ts'
import { explainIgnored } from './explain-link.ts'
import type { BotTexts } from './french.ts'

const SHOWN = 3
const VALUE_CHARS = 80

type Preview = Pick<Awaited<ReturnType<typeof previewAlert>>, 'itemsChecked' | 'matches' | 'dropped' | 'items'>
export type DescribedDraft = { name: string; search: Search; input: AlertChanges; ignored: readonly IgnoredPart[] }

const priceFields = new Set(['priceMin', 'priceMax', 'maxTotalPrice'])

function valueWords(field: string, value: unknown, market: string, language: Language): string {
  if (priceFields.has(field)) return money(Number(value), marketOf(market).currency, language)
  if (field === 'market') return market.toUpperCase()
  if (Array.isArray(value)) return cut(value.join(', '), VALUE_CHARS)
  return typeof value === 'string' ? cut(value, VALUE_CHARS) : Object.keys(value as object).join(', ')
}

const isUnset = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)

/** What will be watched, edits included: one line of everything that is set. */
export function describeSearch({ search, input, ignored }: DescribedDraft, t: BotTexts, language: Language): Line[] {
  const { maxTotalPrice, requiredWords, excludedWords } = input
  const { market, ...rest } = search
  const set = Object.entries({ market, ...rest, maxTotalPrice, requiredWords, excludedWords }).filter(
    ([, value]) => !isUnset(value),
  )
  const understood = set.map(
    ([field, value]) => `${t.fields[field as keyof BotTexts['fields']]} ${valueWords(field, value, market, language)}`,
  )
  const left = ignored
    .slice(0, 5)
    .map((part) => `${cut(`${part.parameter}=${part.value}`, 40)} (${explainIgnored(part, t)})`)
  return [line(t.understood(understood.join(' · '))), ...(left.length > 0 ? [line(t.ignored(left.join(' · ')))] : [])]
}

/** What it would find now, and what each filter leaves out. */
export function describeFinds(
  { itemsChecked, matches, dropped, items }: Preview,
  market: string,
  t: BotTexts,
  language: Language,
): Line[] {
  const drops = Object.entries(dropped).map(
    ([reason, count]) => `${t.drops[reason as keyof BotTexts['drops']]} ${count}`,
  )
  const newest = items.slice(0, SHOWN)
  return [
    line(bold(t.matchesNow(matches, itemsChecked))),
    ...(drops.length > 0 ? [line(t.dropped(drops.join(' · ')))] : []),
    ...(newest.length > 0 ? [line(t.newest)] : []),
    ...newest.map((item) => listingLine({ ...item, market }, language)),
  ]
}
