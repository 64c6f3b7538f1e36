import type { AddressInfo } from 'node:net'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import { sendMessages } from '#shared/outbox/send-messages.ts'
import { pause } from '#shared/repeat.ts'
import type { Config } from './config.ts'
import { createContext } from './context.ts'
import type { Context } from './context.ts'
import { checkHealth } from './fleet/check-health.ts'
import { createMainServer } from './http/main-server.ts'
import { lead, loopsOf } from './loops.ts'
import { startMetrics } from './metrics/start-metrics.ts'

export type Service = { context: Context; port: number; stop(): Promise<void> }

const DATABASE_RETRY_MS = 3_000

function sayWhatStarts(context: Context): void {
  const { logger, config } = context
  logLine(logger, 'mainStarting')
  logLine(logger, 'strategy', { strategy: config.strategy })
  logLine(logger, 'workersConfigured', { count: config.workers.length })
  for (const worker of config.workers) logLine(logger, 'workerConfigured', worker)
  if (config.cycleEveryMs === null) logLine(logger, 'clockOff')
  else logLine(logger, 'clockOn', { everyMs: config.cycleEveryMs, firstAfterMs: config.firstCycleAfterMs })
  logLine(logger, 'loops', { names: ['leader', ...loopsOf(context).map((loop) => loop.name)] })
}

/** The database may come up after us: nothing works without it, so we wait and say so. */
async function prepare(context: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await context.database.call('configure_workers', { workers: context.config.workers }, signal)
      await context.database.call('set_owner_chat', { chat_id: context.config.defaultChatId }, signal)
      await checkHealth(context, true, signal)
      return
    } catch (error) {
      if (signal.aborted) return
      logLine(context.logger, 'databaseFailed', { code: 'START', error: errorText(error) })
      await pause(DATABASE_RETRY_MS, signal)
    }
  }
}

async function prepareAndLead(context: Context, signal: AbortSignal): Promise<void> {
  await prepare(context, signal)
  if (signal.aborted) return
  logLine(context.logger, 'mainReady')
  await lead(context, signal)
}

export async function startService(config: Config): Promise<Service> {
  const stopping = new AbortController()
  const context = createContext(config, stopping.signal)
  sayWhatStarts(context)
  const server = createMainServer(context)
  await server.listen({ port: config.port, host: config.host })
  const metrics = await startMetrics(context)
  const working = [
    prepareAndLead(context, stopping.signal),
    // Only what main says itself, so that the owner hears even when every region is down; finds are the regions'.
    sendMessages({ ...context, maxAttempts: config.outboxMaxAttempts, kind: 'notice' }, stopping.signal),
  ]
  return {
    context,
    port: (server.server.address() as AddressInfo).port,
    async stop() {
      // A cycle in flight is left to the next main: closing the streams stops the workers, the run stays open.
      stopping.abort(new Error('stopping'))
      await Promise.all([server.close(), metrics.stop(), ...working])
      // Its lease is given back, so that the next main need not wait for it to run out.
      await Promise.allSettled([context.cycle.current?.done])
    },
  }
}
