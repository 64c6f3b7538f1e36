import type { Clock } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import type { Logger } from '../logger.ts'
import { createConsole } from './console.ts'
import { createDiscord } from './discord.ts'
import type { MessagingProvider } from './messaging-provider.ts'
import { createStandardWebhook } from './standard-webhook.ts'
import { createTelegram } from './telegram.ts'
import { createWebhookTargets } from './webhook-targets.ts'

type Deps = {
  config: {
    telegramToken: string | null
    telegramApiRoot: string
    discordApiRoot: string
    webhookAllowedHosts: readonly string[]
    /** Null: webhooks cannot be read here, so others send to them. */
    cookieKey: string | null
  }
  database: Database
  clock: Clock
  logger: Logger
}

/** Every way out that this process can use. `chat` is where messages with a chat go: the terminal while there is no bot. */
export function createSenders({ config, database, clock, logger }: Deps): {
  chat: MessagingProvider
  senders: MessagingProvider[]
} {
  const terminal = createConsole(logger)
  const { telegramToken, telegramApiRoot, discordApiRoot, webhookAllowedHosts, cookieKey } = config
  const telegram = telegramToken === null ? null : createTelegram(telegramToken, telegramApiRoot)
  const chats = telegram ? [telegram, terminal] : [terminal]
  if (cookieKey === null) return { chat: telegram ?? terminal, senders: chats }
  const findTarget = createWebhookTargets({ database, cookieKey, clock })
  return {
    chat: telegram ?? terminal,
    senders: [
      ...chats,
      createDiscord({ findTarget, apiRoot: discordApiRoot, clock }),
      createStandardWebhook({ findTarget, allowedHosts: webhookAllowedHosts, clock }),
    ],
  }
}
