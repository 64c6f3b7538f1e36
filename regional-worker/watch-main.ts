import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { repeat } from '#shared/repeat.ts'
import type { Context } from './context.ts'

/** Main asks for our health every minute: ten of them missed is a silence. */
export const MAIN_SILENT_MS = 10 * 60_000
const LOOK_EVERY_MS = 60_000

type Deps = Pick<Context, 'database' | 'logger' | 'messaging' | 'mainSeen'>

/**
 * A dead main cannot say so itself. Who has seen no health check for ten minutes asks the database whether any region has, and
 * if not opens the incident and tells the owner: once, however many regions notice. Main closes it when it is back.
 */
export async function reportSilentMain({ database, logger, messaging, mainSeen }: Deps): Promise<void> {
  const silentMs = mainSeen.sinceMs()
  if (silentMs < MAIN_SILENT_MS) return
  const detail = `no health check for ${Math.floor(silentMs / 60_000)} min`
  if (!(await database.call('report_silent_main', { silent_ms: MAIN_SILENT_MS, detail }))) return
  if (!mainSeen.isReported) logLine(logger, 'mainSilent')
  mainSeen.isReported = true
  await database.call('tell_incidents', { channel: messaging.channel, language: 'fr' })
}

export async function watchMain(context: Context, signal: AbortSignal): Promise<void> {
  const look = async (): Promise<void> => {
    try {
      await reportSilentMain(context)
    } catch (error) {
      if (!signal.aborted) logLine(context.logger, 'loopFailed', { loop: 'watch main', error: errorText(error) })
    }
  }
  await repeat(LOOK_EVERY_MS, look, signal)
}
