import { readFile } from 'node:fs/promises'
import { systemClock } from '#shared/clock.ts'
import type { Clock } from '#shared/clock.ts'
import type { Logger } from '#shared/logger.ts'
import type { Certificate } from './certificate.ts'
import { closeServer, listen, openDoor } from './door.ts'
import type { Door, Serve } from './door.ts'
import { createFrontServer } from './front-server.ts'
import { startPublisher } from './publisher.ts'
import { seededRandom } from './random.ts'
import { createDiscord } from './receivers/discord.ts'
import { createReceiverFaults } from './receivers/receiver-faults.ts'
import { createReceiver } from './receivers/receiver.ts'
import { createRequestLog } from './request-log.ts'
import { createBotApi } from './telegram/bot-api.ts'
import { createCatalogue } from './vinted/catalogue.ts'
import { createChallenges } from './vinted/challenges.ts'
import { createFaults } from './vinted/faults.ts'
import { serveVisit } from './vinted/serve-visit.ts'
import { createSessions } from './vinted/sessions.ts'

export type SandboxOptions = {
  /** Health, controls and Telegram; 0 takes a free one. */
  port: number
  /** One door per egress, on a port of its own (0 takes a free one). */
  egresses: readonly { egress: string; port: number }[]
  certificate: Pick<Certificate, 'certFile' | 'keyFile'>
  /** The same seed has the same listings at start, ids included. */
  seed?: number
  /** Made-up listings a minute over all busy markets; 0 publishes none. */
  publishPerMinute?: number
  /** Refuses every other bot token; without it any well-formed one will do. */
  botToken?: string
  logger: Logger
  clock?: Clock
}

export type Sandbox = {
  /** `http://127.0.0.1:PORT`: also the value of `TELEGRAM_API_ROOT` and `DISCORD_API_ROOT`. */
  url: string
  /** `url` of a door is the value of `EGRESS_PROXY_URL`. */
  doors: readonly Pick<Door, 'egress' | 'port' | 'url'>[]
  close(): Promise<void>
}

/** A listing a second over four markets: a watcher of a common brand sees one within a minute. */
export const DEFAULT_PER_MINUTE = 60
const DEFAULT_SEED = 2026

/** A Vinted and a Telegram on loopback. Throws when a port is taken; nothing stays open then. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { logger, clock = systemClock, seed = DEFAULT_SEED } = options
  const [cert, key] = await Promise.all([
    readFile(options.certificate.certFile, 'utf8'),
    readFile(options.certificate.keyFile, 'utf8'),
  ])
  const catalogue = createCatalogue(seed, clock)
  const requests = createRequestLog(clock)
  const faults = createFaults(clock, () => catalogue.newest())
  const site = { catalogue, sessions: createSessions(clock), faults, challenges: createChallenges(), requests, clock }
  const botApi = createBotApi({ clock, logger, token: options.botToken ?? null })
  const publisher = startPublisher(catalogue, seededRandom(seed + 1), options.publishPerMinute ?? DEFAULT_PER_MINUTE)
  const egresses = options.egresses.map(({ egress }) => egress)
  const receiverFaults = createReceiverFaults()
  const discord = createDiscord(clock, receiverFaults)
  const receiver = createReceiver(clock, receiverFaults)
  const receivers = { botApi, discord, receiver, receiverFaults }
  const front = createFrontServer({ catalogue, faults, requests, publisher, ...receivers, egresses }, logger)

  const opened: { close(): Promise<void> }[] = [botApi, publisher]
  const close = async (): Promise<void> => {
    for (const part of opened.toReversed()) await part.close()
  }
  try {
    const doors: Door[] = []
    for (const { egress, port } of options.egresses) {
      const serve: Serve = (request, response) => serveVisit(site, egress, request, response)
      const door = await openDoor({ egress, port, cert, key, logger, serve })
      opened.push(door)
      doors.push(door)
    }
    const port = await listen(front, options.port)
    opened.push({ close: () => closeServer(front) })
    return { url: `http://127.0.0.1:${port}`, doors, close }
  } catch (error) {
    await close()
    throw error
  }
}
