import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { createRegionalClient } from '#shared/fleet/regional-client.ts'
import { logLine } from '#shared/log-lines.ts'
import { sendMessages } from '#shared/outbox/send-messages.ts'
import { repeat } from '#shared/repeat.ts'
import { errorText, ProblemError } from '#shared/errors.ts'
import { createContext } from './context.ts'
import type { Context } from './context.ts'
import type { Config } from './config.ts'
import { runSoloCycle } from './auto-run/run-solo-cycle.ts'
import { createWorkerServer } from './http/worker-routes.ts'
import { watchMain } from './watch-main.ts'
import { findBrowser } from './sessions/find-browser.ts'

export type Service = { context: Context; stop(): Promise<void> }

/** Only with AUTO_RUN_CYCLE: whole cycles, one per interval. */
function autoRun(context: Context, signal: AbortSignal): Promise<void> {
  const { config, logger } = context
  const everyMs = config.autoRunCycle ? config.cycleEveryMs : null
  if (everyMs === null) return Promise.resolve()
  logLine(logger, 'autoRun', { everyMs })
  const regions = createRegionalClient(new Agent(), config.apiKeys[0] ?? '')
  return repeat(
    everyMs,
    async () => {
      try {
        await runSoloCycle(context, regions)
      } catch (error) {
        if (!signal.aborted) logLine(logger, 'loopFailed', { loop: 'auto-run', error: errorText(error) })
      }
    },
    signal,
  )
}

/** Starts HTTP, the outbox sender and the watch over main, nothing else (but AUTO_RUN_CYCLE). */
export async function startService(config: Config): Promise<Service> {
  const stopping = new AbortController()
  const context = createContext(config, stopping.signal)
  const { logger } = context
  const { name, region, egress } = config
  logLine(logger, 'workerStarting', { name, region, egress })
  const browser = findBrowser(config.chromePath)
  if (browser === null) logLine(logger, 'browserMissing')
  else logLine(logger, 'browserFound', { path: browser })

  const server = createWorkerServer(context)
  await server.listen({ port: config.port, host: config.host })
  const working = [
    sendMessages({ ...context, maxAttempts: config.outboxMaxAttempts }, stopping.signal),
    autoRun(context, stopping.signal),
    watchMain(context, stopping.signal),
  ]
  const { port } = server.server.address() as AddressInfo
  logLine(logger, 'workerReady', { name, region, port })
  return {
    context,
    async stop() {
      // The check in flight drains, the message in flight is settled, then the doors close.
      stopping.abort(new ProblemError(503, 'WORKER_STOPPING', 'this worker is stopping'))
      await Promise.all([server.close(), ...working])
      await Promise.all([context.site.close(), context.browser.close()])
    },
  }
}
