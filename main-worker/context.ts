import { randomUUID } from 'node:crypto'
import { Agent } from 'undici'
import { systemClock } from '#shared/clock.ts'
import type { Clock } from '#shared/clock.ts'
import type { RunSummary } from '#shared/contracts/run.ts'
import { openDatabase } from '#shared/database/open-database.ts'
import type { Database } from '#shared/database/open-database.ts'
import { createRegionalClient } from '#shared/fleet/regional-client.ts'
import type { RegionalClient } from '#shared/fleet/regional-client.ts'
import { createLane } from '#shared/lane.ts'
import type { Lane } from '#shared/lane.ts'
import { createLogger } from '#shared/logger.ts'
import type { Logger } from '#shared/logger.ts'
import { createSenders } from '#shared/messaging/create-senders.ts'
import type { MessagingProvider } from '#shared/messaging/messaging-provider.ts'
import { createInbox } from './bot/inbox.ts'
import type { Inbox } from './bot/inbox.ts'
import { createTelegramBot } from './bot/telegram-bot.ts'
import type { TelegramBot } from './bot/telegram-bot.ts'
import type { Config } from './config.ts'
import { createEventHub } from './live/event-hub.ts'
import type { EventHub } from './live/event-hub.ts'
import type { Identities } from './schedule/identify-searches.ts'
import { watchDatabase } from './fleet/database-sight.ts'
import type { DatabaseWatch } from './fleet/database-sight.ts'

/** The cycle this process runs right now. */
export type CurrentCycle = { runId: string; done: Promise<RunSummary> }

export type Context = {
  config: Config
  /** Who we are to leases: differs at every start. */
  holder: string
  clock: Clock
  random: () => number
  logger: Logger
  database: Database
  databaseWatch: DatabaseWatch
  /** Where main says what it says itself; the console hears what has no chat. */
  channel: MessagingProvider['channel']
  senders: MessagingProvider[]
  /** Null without a token. */
  bot: { telegram: TelegramBot; inbox: Inbox } | null
  regions: RegionalClient
  events: EventHub
  /** `lane`: two requests at once must not both begin. */
  cycle: { current: CurrentCycle | null; lane: Lane }
  /** Of the continuous schedule's last plan. `roundRequests`: how many look at every alert once; null where it made none. */
  planned: { roundRequests: number | null; identities: Identities }
  /** Aborts when the process is asked to stop. */
  stopping: AbortSignal
}

export function createContext(config: Config, stopping: AbortSignal): Context {
  const logger = createLogger({ workerId: 'main' }, config.logLevel)
  const { telegramToken, telegramApiRoot } = config
  const database = openDatabase(config.supabaseUrl, config.supabaseKey)
  const { chat, senders } = createSenders({ config, database, clock: systemClock, logger })
  return {
    config,
    holder: randomUUID(),
    clock: systemClock,
    random: Math.random,
    logger,
    database,
    databaseWatch: watchDatabase(),
    channel: chat.channel,
    senders,
    bot:
      telegramToken === null
        ? null
        : {
            telegram: createTelegramBot(telegramToken, telegramApiRoot),
            inbox: createInbox({ database, logger }),
          },
    events: createEventHub(database, logger, stopping),
    regions: createRegionalClient(new Agent({ connections: 16 }), config.apiKey),
    cycle: { current: null, lane: createLane() },
    planned: { roundRequests: null, identities: new Map() },
    stopping,
  }
}
