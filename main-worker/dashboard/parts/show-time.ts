import { html } from 'hono/html'
import { locale } from '#shared/outbox/texts.ts'
import type { Language } from '#shared/outbox/texts.ts'
import { pageTexts } from './texts.ts'

/** Who looks, and when: what every view needs. */
export type Viewer = { language: Language; timeZone: string; now: number }

/** "il y a 8 s", "in 12 min": the script of the page (assets/vigie.js) goes on counting with the same rule. */
export function relativeTime(iso: string, { language, now }: Pick<Viewer, 'language' | 'now'>): string {
  const format = new Intl.RelativeTimeFormat(locale[language], { style: 'short', numeric: 'always' })
  // Never "in 0 s": what has just happened may be a moment ahead by another clock.
  const seconds = Math.round((Date.parse(iso) - now) / 1000) || -0
  const size = Math.abs(seconds)
  if (size < 90) return format.format(seconds, 'second')
  if (size < 5_400) return format.format(Math.round(seconds / 60), 'minute')
  if (size < 129_600) return format.format(Math.round(seconds / 3_600), 'hour')
  return format.format(Math.round(seconds / 86_400), 'day')
}

/** The exact time in the zone of who looks. */
export const exactTime = (iso: string, { language, timeZone }: Pick<Viewer, 'language' | 'timeZone'>): string =>
  new Intl.DateTimeFormat(locale[language], { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(
    new Date(iso),
  )

/** A time in words, exact on hover; null is "never". */
export const showTime = (iso: string | null, viewer: Viewer) =>
  iso === null
    ? html`<span class="quiet">${pageTexts[viewer.language].never}</span>`
    : html`<time datetime="${iso}" title="${exactTime(iso, viewer)}">${relativeTime(iso, viewer)}</time>`
