import { locale } from '#shared/outbox/texts.ts'
import type { Language } from '#shared/outbox/texts.ts'

/** 12345 → "12 345" or "12,345". */
export const figure = (value: number, language: Language, digits = 0): string =>
  new Intl.NumberFormat(locale[language], { maximumFractionDigits: digits }).format(value)

/** 850 → "0.9 s", 312000 → "5 min 12 s", 7380000 → "2 h 3 min": what a person reads at a glance. */
export function duration(ms: number, language: Language): string {
  const seconds = ms / 1000
  if (seconds < 100) return `${figure(seconds, language, seconds < 10 ? 1 : 0)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 100) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${figure(Math.floor(minutes / 60), language)} h ${minutes % 60} min`
}
