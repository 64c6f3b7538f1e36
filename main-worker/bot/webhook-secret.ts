import { createHmac } from 'node:crypto'

export const WEBHOOK_PATH = '/telegram/webhook'

/** What Telegram shows with each update: whoever holds the API key can make it, and it gives the key away to nobody. */
export const webhookSecret = (apiKey: string): string =>
  createHmac('sha256', apiKey).update('telegram-webhook').digest('hex')
