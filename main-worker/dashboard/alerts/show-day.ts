import { html } from 'hono/html'
import type { ActiveHour } from '#shared/database/activity.ts'
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

const clockTime = (at: number, { language, timeZone }: Viewer): string =>
  new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(at)

/** A filled bar for good checks, an empty one on top for failures, a dot above for finds: shapes, not colours alone. */
function column({ good, failed, finds }: Hour, place: number, most: number, title: string) {
  const x = place * COLUMN
  const goodHeight = Math.round((good / most) * HEIGHT)
  const failedHeight = failed === 0 ? 0 : Math.max(3, Math.round((failed / most) * HEIGHT))
  return html`<g
    ><title>${title}</title><rect class="hour" x="${x}" y="0" width="${COLUMN}" height="28" /><rect
      class="none"
      x="${x + 1}"
      y="${FLOOR}"
      width="8"
      height="1"
    />${
      good > 0
        ? html`<rect class="good" x="${x + 1}" y="${FLOOR - goodHeight}" width="8" height="${goodHeight}" />`
        : ''
    }${
      failed > 0
        ? html`<rect
            class="failed"
            x="${x + 1.5}"
            y="${FLOOR - goodHeight - failedHeight}"
            width="7"
            height="${failedHeight}"
          />`
        : ''
    }${finds > 0 ? html`<circle class="find" cx="${x + 5}" cy="4" r="${finds > 4 ? 4 : 3}" />` : ''}</g
  >`
}

/** The last 24 hours of an alert at a glance; each hour says its numbers on hover, the whole says them to a screen reader. */
export function showDay(parts: readonly ActiveHour[], viewer: Viewer) {
  const t = alertsTexts[viewer.language]
  const hours = sumHours(parts)
  const sum = (name: keyof Hour): number => hours.reduce((all, hour) => all + hour[name], 0)
  const most = Math.max(1, ...hours.map(({ good, failed }) => good + failed))
  const current = Math.floor(viewer.now / HOUR_MS) * HOUR_MS
  const title = ({ good, failed, finds }: Hour, place: number): string => {
    const from = current - (23 - place) * HOUR_MS
    return t.hour(clockTime(from, viewer), clockTime(from + HOUR_MS, viewer), good, failed, finds)
  }
  return html`<svg
    class="day"
    viewBox="0 0 240 28"
    role="img"
    aria-label="${t.daySummary(sum('good'), sum('failed'), sum('finds'))}"
  >
    ${hours.map((hour, place) => column(hour, place, most, title(hour, place)))}
  </svg>`
}

/** What the shapes of a day mean. */
export const dayLegend = ({ language }: Viewer) => {
  const t = alertsTexts[language]
  const sample = (shape: unknown, words: string) =>
    html`<svg class="day key" viewBox="0 0 10 10" aria-hidden="true">${shape}</svg> ${words}`
  return html`<p class="small quiet">
    ${t.legend} ${sample(html`<rect class="good" x="1" y="1" width="8" height="8" />`, t.legendGood)} ·
    ${sample(html`<rect class="failed" x="1.5" y="1.5" width="7" height="7" />`, t.legendFailed)} ·
    ${sample(html`<circle class="find" cx="5" cy="5" r="4" />`, t.legendFinds)}
  </p>`
}
