import { html } from 'hono/html'
import type { ActiveHour } from '#shared/database/activity.ts'
import { locale } from '#shared/outbox/texts.ts'
import type { Viewer } from '../parts/show-time.ts'
import { alertsTexts } from './texts.ts'

const HOUR_MS = 3_600_000
const COLUMN = 10
const FLOOR = 27
const HEIGHT = 16

type Hour = { good: number; failed: number; finds: number }

/** 24 hours, the oldest first, each added up: an hour may come in several parts. */
export function sumHours(parts: readonly ActiveHour[]): Hour[] {
  const hours = Array.from({ length: 24 }, (): Hour => ({ good: 0, failed: 0, finds: 0 }))
  for (const [ago, good, failed, finds] of parts) {
    const hour = hours[23 - ago]
    if (!hour) continue
    hour.good += good
    hour.failed += failed
    hour.finds += finds
  }
  return hours
}

/** "14:00–15:00" for each of the 24 columns, in the zone of who looks. */
function columnTimes({ language, timeZone, now }: Viewer): string[] {
  const format = new Intl.DateTimeFormat(locale[language], {
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
  const current = Math.floor(now / HOUR_MS) * HOUR_MS
  const times = Array.from({ length: 25 }, (_, place) => format.format(current - (23 - place) * HOUR_MS))
  return times.slice(0, 24).map((from, place) => `${from}–${times[place + 1]}`)
}

/** A filled bar for good checks, an empty one on top for failures, a dot above for finds: shapes, not colours alone. */
function column({ good, failed, finds }: Hour, x: number, most: number, title: string) {
  const goodHeight = Math.round((good / most) * HEIGHT)
  const failedHeight = failed === 0 ? 0 : Math.max(3, Math.round((failed / most) * HEIGHT))
  const bar = good > 0 ? html`<rect class="good" x="${x + 1}" y="${FLOOR - goodHeight}" height="${goodHeight}" />` : ''
  const top = FLOOR - goodHeight - failedHeight
  const box = failed > 0 ? html`<rect class="failed" x="${x + 1.5}" y="${top}" height="${failedHeight}" />` : ''
  const dot = finds > 0 ? html`<circle class="find" cx="${x + 5}" cy="4" r="${finds > 4 ? 4 : 3}" />` : ''
  return html`<g><title>${title}</title><rect class="hour" x="${x}" />${bar}${box}${dot}</g>`
}

/**
 * The last 24 hours of an alert at a glance; each hour says its numbers on hover, the whole says them to a screen reader. Made
 * once for a page: its times are the same for every alert.
 */
export function createDayView(viewer: Viewer) {
  const t = alertsTexts[viewer.language]
  const times = columnTimes(viewer)
  return (parts: readonly ActiveHour[]) => {
    const hours = sumHours(parts)
    const sum = (name: keyof Hour): number => hours.reduce((all, hour) => all + hour[name], 0)
    const most = Math.max(1, ...hours.map(({ good, failed }) => good + failed))
    const summary = t.daySummary(sum('good'), sum('failed'), sum('finds'))
    const columns = hours.map((hour, place) => {
      const { good, failed, finds } = hour
      return column(hour, place * COLUMN, most, t.hour(times[place] ?? '', good, failed, finds))
    })
    return html`<svg class="day" viewBox="0 0 240 28" role="img" aria-label="${summary}">
      <path class="none" d="M0 27.5h240" />
      ${columns}
    </svg>`
  }
}
export type DayView = ReturnType<typeof createDayView>

/** What the shapes of a day mean. */
export const dayLegend = ({ language }: Viewer) => {
  const t = alertsTexts[language]
  const sample = (shape: unknown, words: string) =>
    html`<svg class="day key" viewBox="0 0 10 10" aria-hidden="true">${shape}</svg> ${words}`
  return html`<p class="small quiet">
    ${t.legend} ${sample(html`<rect class="good" x="1" y="1" height="8" />`, t.legendGood)} ·
    ${sample(html`<rect class="failed" x="1.5" y="1.5" height="7" />`, t.legendFailed)} ·
    ${sample(html`<circle class="find" cx="5" cy="5" r="4" />`, t.legendFinds)}
  </p>`
}
