import { pino } from 'pino'
import type { Logger } from '#shared/logger.ts'

export type LogEntry = { level: number; msg: string; event?: string }

/** A logger whose lines a test can read. */
export function recordingLogger(): { logger: Logger; entries: LogEntry[] } {
  const entries: LogEntry[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => entries.push(JSON.parse(line) as LogEntry) })
  return { logger, entries }
}
