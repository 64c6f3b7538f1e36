import { locale } from '#shared/outbox/texts.ts'
import type { Person } from '#shared/database/people.ts'
import type { BotTexts } from './french.ts'

const HOUR_MS = 60 * 60_000

/** A moment to come as the person's clocks will show it; with the day when it is not within 20 hours. */
export function showMoment(
  at: number,
  now: number,
  { language, timeZone }: Pick<Person, 'language' | 'timeZone'>,
): string {
  const isNear = Math.abs(at - now) < 20 * HOUR_MS
  return new Intl.DateTimeFormat(locale[language], {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    ...(!isNear && { day: 'numeric', month: 'short' }),
  }).format(at)
}

/** How long ago something was, in one rough number. */
export function showAge(at: number, now: number, { ago }: BotTexts): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 90) return ago.seconds(seconds)
  if (seconds < 90 * 60) return ago.minutes(Math.round(seconds / 60))
  if (seconds < 36 * 3600) return ago.hours(Math.round(seconds / 3600))
  return ago.days(Math.round(seconds / 86_400))
}
