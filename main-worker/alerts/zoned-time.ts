/** What a clock on the wall shows: `2026-11-22T08:00`. */
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::\d\d)?$/

function wallClock(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? Number.NaN)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
}

/**
 * When the clocks of a zone show this time, in ms; null for what is no time. In the hour that is skipped in spring it is the
 * same length after; of the hour that comes twice in autumn one of the two.
 */
export function fromWallClock(local: string, timeZone: string): number | null {
  const [, year, month, day, hour, minute] = LOCAL.exec(local) ?? []
  const shown = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
  // 31 February is no day.
  if (Number.isNaN(shown) || new Date(shown).toISOString().slice(0, 16) !== local.slice(0, 16)) return null
  const guess = shown - (wallClock(shown, timeZone) - shown)
  return guess - (wallClock(guess, timeZone) - shown)
}

/** `2026-11-22T08:00` in a zone: what an input of the type datetime-local takes. */
export const toWallClock = (at: number, timeZone: string): string =>
  new Date(wallClock(Math.floor(at / 60_000) * 60_000, timeZone)).toISOString().slice(0, 16)
