import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorText } from '#shared/errors.ts'
import { logLine } from '#shared/log-lines.ts'
import type { Context } from '../context.ts'
import type { Scrape } from './create-scrape.ts'
import { createFleetLook } from './look-at-fleet.ts'

type Metrics = {
  /** Null: the port was taken. */
  port: number | null
  stop(): Promise<void>
}

/** Loaded at the first scrape: a main that nobody scrapes does without its 20 MB. */
function scrapeLater(context: Context): () => Promise<Scrape> {
  let scrape: Promise<() => Promise<Scrape>> | undefined
  return async () => {
    scrape ??= import('./create-scrape.ts').then(({ createScrape }) =>
      createScrape(context.config, createFleetLook(context)),
    )
    return (await scrape)()
  }
}

function answerWith(context: Context): RequestListener {
  const scrape = scrapeLater(context)
  return (request, reply) => {
    const end = (status: number, type: string, text: string): void => {
      reply.writeHead(status, { 'content-type': type }).end(text)
    }
    if (request.url?.split('?')[0] !== '/metrics') return end(404, 'text/plain', 'GET /metrics\n')
    if (request.method !== 'GET') return end(405, 'text/plain', 'GET /metrics\n')
    scrape().then(
      ({ contentType, text }) => end(200, contentType, text),
      (error: unknown) => {
        context.logger.error({ err: error }, 'a scrape failed')
        end(500, 'text/plain', 'the log says what went wrong\n')
      },
    )
  }
}

/**
 * `GET /metrics` on a port of its own, which is never published: it needs no key. A port that is taken is said once in the log
 * and nothing else: the product does not stop because nobody can count it.
 */
export async function startMetrics(context: Context): Promise<Metrics> {
  const { config, logger } = context
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 })
  server.on('request', answerWith(context))
  try {
    server.listen(config.metricsPort, config.host)
    await once(server, 'listening')
  } catch (error) {
    logLine(logger, 'metricsOff', { port: config.metricsPort, error: errorText(error) })
    return { port: null, stop: async () => {} }
  }
  const { port } = server.address() as AddressInfo
  logLine(logger, 'metricsOn', { port })
  return {
    port,
    async stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
