import { createHash, timingSafeEqual } from 'node:crypto'
import { ProblemError } from '#shared/errors.ts'
import type { HttpServer } from '#shared/http/create-server.ts'
import { WEBHOOK_PATH, webhookSecret } from '../bot/webhook-secret.ts'
import type { Context } from '../context.ts'

const SECRET_HEADER = 'x-telegram-bot-api-secret-token'
const BODY_LIMIT = 1024 * 1024

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Where Telegram tells what people write, when PUBLIC_BASE_URL is set. 200 means that it is stored; a database that is away is
 * a 503 with `Retry-After`, and Telegram tells it again.
 */
export function addTelegramRoutes(app: HttpServer, { bot, config }: Context): void {
  if (bot === null || config.publicBaseUrl === null) return
  const secrets = config.apiKeys.map((key) => digest(webhookSecret(key)))
  app.post(
    WEBHOOK_PATH,
    {
      config: { access: 'anybody' },
      bodyLimit: BODY_LIMIT,
      schema: { summary: 'What people write to the bot, told by Telegram', tags: ['bot'] },
      // Before the body is read, in one time for every wrong secret.
      onRequest: async ({ headers }) => {
        const given = digest(String(headers[SECRET_HEADER] ?? ''))
        if (!secrets.map((secret) => timingSafeEqual(secret, given)).includes(true))
          throw new ProblemError(401, 'UNAUTHORIZED', `header ${SECRET_HEADER}: a valid secret is required`)
      },
    },
    async ({ body }) => {
      await bot.inbox.take(body)
      return {}
    },
  )
}
