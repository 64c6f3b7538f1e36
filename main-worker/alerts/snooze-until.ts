import { fromWallClock, toWallClock } from './zoned-time.ts'

export const snoozes = ['1h', '8h', 'tomorrow', 'at'] as const
export type Snooze = (typeof snoozes)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * When a snooze ends; `tomorrow` is the next day's 08:00 and `at` a time to come, both in the person's zone. Null for what is
 * no time, is over, or is more than ten years away.
 */
export function snoozeUntil(snooze: Snooze, at: string, timeZone: string, now: number): number | null {
  const ends = endOf(snooze, at, timeZone, now)
  return ends === null || ends <= now || ends > now + 3_650 * DAY_MS ? null : ends
}

function endOf(snooze: Snooze, at: string, timeZone: string, now: number): number | null {
  switch (snooze) {
    case '1h':
      return now + HOUR_MS
    case '8h':
      return now + 8 * HOUR_MS
    case 'tomorrow': {
      const today = Date.parse(`${toWallClock(now, timeZone).slice(0, 10)}T00:00Z`)
      return fromWallClock(`${new Date(today + DAY_MS).toISOString().slice(0, 10)}T08:00`, timeZone)
    }
    case 'at':
      return fromWallClock(at, timeZone)
    default:
      return snooze satisfies never
  }
}
