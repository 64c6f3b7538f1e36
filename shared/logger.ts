import { pino } from 'pino'
import type { Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

/** Never in a log, wherever they stand in a logged object. URLs of Telegram calls hold the token and are never logged at all. */
const SECRET_PATHS = [
  'x-api-key',
  'authorization',
  'cookie',
  'cookies',
  'set-cookie',
  'token',
  'apiKey',
  'key',
  'jar',
].flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

/** JSON lines on stdout; readable lines when stdout is a terminal. */
export function createLogger(base: Record<string, string>, level = 'info'): Logger {
  const options = {
    base,
    level,
    redact: { paths: SECRET_PATHS, censor: '[hidden]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return process.stdout.isTTY
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { ignore: Object.keys(base).join(',') } } })
    : pino(options)
}
