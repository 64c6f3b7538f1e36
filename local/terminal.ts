import { z } from 'zod'
import type { LogLineName } from '#shared/log-lines.ts'

/** What a person at the terminal wants to see of a healthy fleet; everything else is in the log files. */
const shown: readonly LogLineName[] = [
  'match',
  'cycleDone',
  'cycleResumed',
  'workerReactivated',
  'workerHealthy',
  'consoleMessage',
  'clockOff',
  'ownerBound',
  'cyclePaused',
  'fleetTrial',
  'byHand',
]

const WARN = 40

/** Warnings that belong to every first start: sessions are made when they are first needed. */
const isExpected = (entry: { event?: string | undefined; code?: string | undefined }): boolean =>
  entry.event === 'noCookies' || entry.code === 'NO_SCRAPING_COOKIES'

const LogEntry = z.object({
  level: z.number(),
  time: z.string(),
  msg: z.string().default(''),
  event: z.string().optional(),
  code: z.string().optional(),
})

function parse(line: string) {
  try {
    return LogEntry.safeParse(JSON.parse(line)).data
  } catch {
    return undefined // Not a log entry: shown as it is.
  }
}

/** One line of a process for the terminal, null when it is of no interest there. */
export function terminalLine(process: string, line: string): string | null {
  const text = describe(process, line)
  // Titles are written by strangers: they must not steer the terminal.
  return text === null ? null : text.replaceAll(/\p{Cc}/gu, ' ')
}

function describe(process: string, line: string): string | null {
  const entry = parse(line)
  const name = process.replace('worker-', '').padEnd(8)
  if (!entry) return line.trim() === '' ? null : `         ${name} ${line}`
  const isShown = (entry.level >= WARN && !isExpected(entry)) || shown.some((event) => event === entry.event)
  return isShown ? `${entry.time.slice(11, 19)} ${name} ${entry.level >= WARN ? '! ' : ''}${entry.msg}` : null
}

export const banner = (mode: 'sandbox' | 'live', dataDir: string, apiSecretFile: string): string =>
  mode === 'sandbox'
    ? `Vigie in its sandbox: a made-up Vinted and a made-up Telegram on this machine, nothing leaves it.
To go live: copy .env.example to .env, fill it in, and run npm start again.
Data, logs and keys: ${dataDir}   (API key: ${apiSecretFile})`
    : `Vigie live: real Vinted at a polite pace; Telegram when TELEGRAM_BOT_TOKEN is set.
Data, logs and keys: ${dataDir}   (API key: ${apiSecretFile})`
