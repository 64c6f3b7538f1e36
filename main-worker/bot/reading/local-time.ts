/** Minutes that a zone's clocks are ahead of UTC at a moment. */
function offsetMinutes(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at)
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'))
  return Math.round((local - Math.floor(at / 60_000) * 60_000) / 60_000)
}

const DAY_MS = 24 * 60 * 60_000

/**
 * The next moment after `now` at which the clocks of `timeZone` show this time. A time that a change of the clocks leaves out
 * is taken as the clocks showed before it.
 */
export function nextLocalTime(
  { hour, minute }: { hour: number; minute: number },
  now: number,
  timeZone: string,
): number {
  const today = Math.floor((now + offsetMinutes(now, timeZone) * 60_000) / DAY_MS) * DAY_MS
  const moments = [0, 1, 2].map((days) => {
    const local = today + days * DAY_MS + (hour * 60 + minute) * 60_000
    const guess = local - offsetMinutes(now, timeZone) * 60_000
    return local - offsetMinutes(guess, timeZone) * 60_000
  })
  return moments.find((moment) => moment > now) ?? now + DAY_MS
}

/** The zone's own spelling (`europe/paris` → `Europe/Paris`); null for one that does not exist. */
export function knownTimeZone(name: string): string | null {
  // Offsets such as +02:00 are no zones: the database does not take them the same way.
  if (!/^[a-z]+(?:[/_+-][a-z0-9]+)*$/i.test(name)) return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null // The only thing that can be wrong with these options is the zone.
  }
}
