import type { Language } from '#shared/outbox/texts.ts'
import { dropTexts } from './drop-texts.ts'

/** "12 price, 3 excluded word", the most first; empty when no filter dropped any. */
export function showDropped(dropped: Readonly<Record<string, number>>, language: Language): string {
  const names: Readonly<Record<string, string>> = dropTexts[language]
  return Object.entries(dropped)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${n} ${names[reason] ?? reason}`)
    .join(', ')
}
