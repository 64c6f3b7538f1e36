import { nextLocalTime } from './local-time.ts'

const MINUTE_MS = 60_000
const unitMinutes: readonly [RegExp, number][] = [
  [/^(?:m|mn|min|mins|minutes?)$/, 1],
  [/^(?:h|hr|hrs|hours?|heures?)$/, 60],
  [/^(?:d|j|days?|jours?)$/, 24 * 60],
  [/^(?:w|weeks?|sem|semaines?)$/, 7 * 24 * 60],
]
const LONGEST_MINUTES = 366 * 24 * 60

/** `14:30`, `14h30`, `14h`, `14.30`. */
export function readClock(text: string): { hour: number; minute: number } | null {
  const [, hour, minute = '0'] = /^(\d{1,2})(?:[:h.](\d{2})?)?$/i.exec(text.trim()) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return null
  return { hour: Number(hour), minute: Number(minute) }
}

/** `2h`, `1h30`, `45 min`, `2 jours`, `1 d 12 h` → minutes. */
export function readDuration(text: string): number | null {
  const plain = text.trim().toLowerCase()
  const [, hours, rest] = /^(\d{1,3})\s?h\s?(\d{2})$/.exec(plain) ?? []
  if (hours !== undefined) return Number(hours) * 60 + Number(rest)
  const pieces = [...plain.matchAll(/(\d{1,5})\s*([a-z]+)/g)]
  if (
    pieces.length === 0 ||
    pieces.map(([whole]) => whole.replaceAll(/\s/g, '')).join('') !== plain.replaceAll(/\s/g, '')
  )
    return null
  let minutes = 0
  for (const [, amount, unit = ''] of pieces) {
    const factor = unitMinutes.find(([names]) => names.test(unit))?.[1]
    if (factor === undefined) return null
    minutes += Number(amount) * factor
  }
  return minutes > 0 && minutes <= LONGEST_MINUTES ? minutes : null
}

/**
 * The moment that a person means: a duration from now (`2h`, `for 2 days`, `pendant 1h30`), or the next time their clocks
 * show it (`until 18:00`, `jusqu’à 18h`, `18:00`). Null when it is neither.
 */
export function readUntil(text: string, now: number, timeZone: string): number | null {
  const plain = text.trim().toLowerCase().replaceAll('’', "'")
  const untilWhen = /^(?:until|till|jusqu'(?:à|a|au)|->|→)\s*(.+)$/.exec(plain)?.[1]
  if (untilWhen === undefined) {
    const minutes = readDuration(plain.replace(/^(?:for|pendant|durant)\s+/, ''))
    if (minutes !== null) return now + minutes * MINUTE_MS
  }
  // A bare `18` is an hour only after `until`.
  const clock = untilWhen !== undefined || /[:h]/.test(plain) ? readClock(untilWhen ?? plain) : null
  return clock === null ? null : nextLocalTime(clock, now, timeZone)
}
