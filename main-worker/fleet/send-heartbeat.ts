import { request } from 'undici'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'

const DEADLINE_MS = 10_000

/** Calls HEARTBEAT_URL: whoever watches it hears of a fleet that is gone as a whole. Never throws; the URL is a secret. */
export async function sendHeartbeat({ config, logger }: Pick<Context, 'config' | 'logger'>): Promise<void> {
  if (config.heartbeatUrl === null) return
  try {
    const { statusCode, body } = await request(config.heartbeatUrl, { signal: AbortSignal.timeout(DEADLINE_MS) })
    await body.dump()
    if (statusCode >= 400) logLine(logger, 'heartbeatFailed', { error: `HTTP ${statusCode}` })
  } catch (error) {
    logLine(logger, 'heartbeatFailed', { error: errorText(error).replaceAll(config.heartbeatUrl, 'HEARTBEAT_URL') })
  }
}
