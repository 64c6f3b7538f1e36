import { randomUUID } from 'node:crypto'
import { stopwatch, systemClock } from '#shared/clock.ts'
import type { Clock } from '#shared/clock.ts'
import { openDatabase } from '#shared/database/open-database.ts'
import type { Database } from '#shared/database/open-database.ts'
import type { BanRules } from '#shared/egress/ban-policy.ts'
import { createPace } from '#shared/egress/take-slot.ts'
import type { Pace } from '#shared/egress/take-slot.ts'
import { createLane } from '#shared/lane.ts'
import type { Lane } from '#shared/lane.ts'
import { createLogger } from '#shared/logger.ts'
import type { Logger } from '#shared/logger.ts'
import { createSenders } from '#shared/messaging/create-senders.ts'
import type { MessagingProvider } from '#shared/messaging/messaging-provider.ts'
import type { Config } from './config.ts'
import { reachDirectly, reachThroughProxy } from './sessions/reach-host.ts'
import { createSessionStore } from './sessions/session-store.ts'
import type { SessionStore } from './sessions/session-store.ts'
import { createSiteBrowser } from './sessions/site-browser.ts'
import type { SiteBrowser } from './sessions/site-browser.ts'
import type { ProtocolVersion } from './vinted/protocol.ts'
import { createSiteClient } from './vinted/site-client.ts'
import type { SiteClient } from './vinted/site-client.ts'

/** What a check is doing right now; null between checks. */
export type CurrentRun = { runId: string | null; checked: number; remaining: number; startedAt: number }

export type Context = {
  config: Config
  workerId: string
  egress: string
  /** Differs at every start: a stream that names another boot is another process. */
  bootId: string
  clock: Clock
  logger: Logger
  database: Database
  pace: Pace
  site: SiteClient
  /** For pages that ask for a real one; opened on demand. */
  browser: SiteBrowser
  sessions: SessionStore
  /** Where finds go; finds without a chat go to the console, whatever this is. */
  messaging: MessagingProvider
  senders: MessagingProvider[]
  banRules: BanRules
  /** The way to the catalogue that answered last, per market; the first of the list where none is named. */
  protocolInUse: Map<string, ProtocolVersion>
  run: { current: CurrentRun | null }
  /** When main last asked for our health (our start, before the first time). */
  mainSeen: { sinceMs: () => number; isReported: boolean }
  /** Aborts when the process is asked to stop. */
  stopping: AbortSignal
  /** One bootstrap at a time: parallel ones invalidate each other. */
  oneBootstrap: Lane
}

export function createContext(config: Config, stopping: AbortSignal): Context {
  const { workerId, egress, region } = config
  const clock = systemClock
  const logger = createLogger({ workerId, region }, config.logLevel)
  const database = openDatabase(config.supabaseUrl, config.supabaseKey)
  const { chat, senders } = createSenders({ config, database, clock, logger })
  return {
    config,
    workerId,
    egress,
    bootId: randomUUID(),
    clock,
    logger,
    database,
    pace: createPace({ database, logger, egress, gap: config.gap }),
    site: createSiteClient(config.egressProxyUrl),
    browser: createSiteBrowser({
      chromePath: config.chromePath,
      chromeArgs: config.chromeArgs,
      reach: config.egressProxyUrl === null ? reachDirectly() : reachThroughProxy(config.egressProxyUrl),
      clock,
      logger,
      stopping,
    }),
    sessions: createSessionStore({ database, workerId, cookieKey: config.cookieKey, clock, logger }),
    messaging: chat,
    senders,
    banRules: config.banRules,
    protocolInUse: new Map(),
    run: { current: null },
    mainSeen: { sinceMs: stopwatch(), isReported: false },
    stopping,
    oneBootstrap: createLane(),
  }
}
