import { knownTimeZone } from './local-time.ts'
import { readClock } from './read-until.ts'

export type Quiet =
  | { kind: 'off' }
  | { kind: 'hours'; from: string; until: string; timeZone: string }
  | { kind: 'unknown-zone'; timeZone: string }
  | { kind: 'unclear' }

const written = ({ hour, minute }: { hour: number; minute: number }): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`

/** `22:00-08:00`, `22h - 8h Europe/Paris`, `22:00 08:00`, `off`, `non`; the zone is the person's own unless it is named. */
export function readQuiet(argument: string, ownZone: string): Quiet {
  const text = argument.trim()
  if (/^(?:off|non|no|aucune?|none|stop)$/i.test(text)) return { kind: 'off' }
  const [, from = '', until = '', zone] =
    /^(\d[\dh:.]*)\s*(?:-|–|—|à|to|\s)\s*(\d[\dh:.]*)(?:\s+(\S+))?$/i.exec(text) ?? []
  const start = readClock(from)
  const end = readClock(until)
  if (!start || !end || written(start) === written(end)) return { kind: 'unclear' }
  const timeZone = zone === undefined ? ownZone : knownTimeZone(zone)
  if (timeZone === null) return { kind: 'unknown-zone', timeZone: zone ?? '' }
  return { kind: 'hours', from: written(start), until: written(end), timeZone }
}
