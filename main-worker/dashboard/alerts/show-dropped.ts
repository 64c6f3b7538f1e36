import type { Language } from '#shared/outbox/texts.ts'
import { alertsTexts } from './texts.ts'

/** "12 price, 3 excluded word"; nothing when no filter dropped any. */
export function showDropped(dropped: Readonly<Record<string, number>>, language: Language): string {
  const t = alertsTexts[language]
  const names: Readonly<Record<string, string>> = t.dropReasons
  const parts = Object.entries(dropped)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${n} ${names[reason] ?? reason}`)
  return parts.length === 0 ? t.droppedNone : parts.join(', ')
}
