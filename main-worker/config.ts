import {
  apiSecret,
  cookieKey,
  hosts,
  interval,
  logLevel,
  number,
  readEnvironment,
  secret,
  text,
  url,
  variable,
  workers,
} from '#shared/env.ts'
import { z } from 'zod'

/** HH:MM. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'wants a time of day such as 08:00 (UTC)')

export const strategies = ['random', 'round-robin', 'least-used', 'health-based'] as const
export type Strategy = (typeof strategies)[number]

/** `cycle`: all searches every interval. `continuous`: each when it is worth it; the interval is how long a report covers. */
const schedules = ['cycle', 'continuous'] as const

/** Every variable the main worker reads. `.env.example` is compared with this table by a test. */
export const variables = {
  PORT: variable(number(8080, 0, 65_535), '8080'),
  FLY_APP_NAME: variable(text.optional(), 'vigie-main'),
  HOST: variable(text.default('::'), '::'),
  LOG_LEVEL: variable(logLevel, 'info'),
  API_SECRET: secret(apiSecret, 'openssl rand -hex 32'),
  API_SECRET_PREVIOUS: secret(apiSecret.optional(), 'the key that is being replaced'),
  WORKERS: variable(workers, '[{"id":"worker-fr","name":"FR","region":"cdg","url":"https://vigie-worker-fr.fly.dev"}]'),
  SUPABASE_URL: variable(url, 'https://abcdefgh.supabase.co'),
  SUPABASE_SERVICE_ROLE_KEY: secret(text, 'sb_secret_…'),
  COOKIE_ENCRYPTION_KEY: secret(cookieKey.optional(), 'openssl rand -base64 32'),
  TELEGRAM_BOT_TOKEN: secret(text.optional(), '123456:ABC-DEF…'),
  TELEGRAM_API_ROOT: variable(url.default('https://api.telegram.org'), 'https://api.telegram.org'),
  DISCORD_API_ROOT: variable(url.default('https://discord.com'), 'https://discord.com'),
  WEBHOOK_ALLOWED_HOSTS: variable(hosts, 'n8n.lan:5678'),
  OUTBOX_MAX_ATTEMPTS: variable(number(5, 1, 100), '5'),
  HEARTBEAT_URL: secret(url.optional(), 'https://hc-ping.com/your-check'),
  DAILY_LINE_AT: variable(timeOfDay.optional(), '08:00'),
  PUBLIC_BASE_URL: variable(url.optional(), 'https://vigie-main.fly.dev'),
  METRICS_PORT: variable(number(9091, 0, 65_535), '9091'),
  TELEGRAM_CHAT_ID: variable(text.optional(), '123456789'),
  VINTED_FULL_COOKIES: secret(text.optional(), 'not used: sessions come from the database only'),
  SCHEDULE: variable(z.enum(schedules, `wants one of ${schedules.join(', ')}`).default('cycle'), 'cycle'),
  ALERT_CHECK_INTERVAL_MS: variable(interval(300_000), '300000'),
  ALERT_CHECK_INITIAL_DELAY_MS: variable(number(60_000), '60000'),
  // Regions that nobody asked for ten minutes say that main is dead.
  HEALTH_CHECK_INTERVAL_MS: variable(number(60_000, 1, 300_000), '60000'),
  HEALTH_UNHEALTHY_AFTER: variable(number(1, 1, 100), '1'),
  LB_STRATEGY: variable(z.enum(strategies, `wants one of ${strategies.join(', ')}`).default('random'), 'random'),
  MAX_RETRIES: variable(number(3, 1, 20), '3'),
  MAX_REFUSALS_PER_SEARCH: variable(number(2, 1, 20), '2'),
  WORKER_BAN_DURATION_MS: variable(number(1_800_000, 1), '1800000'),
  WORKER_REQUEST_TIMEOUT_MS: variable(number(30_000, 1), '30000'),
  REQUEST_DELAY_MIN_MS: variable(number(12_000), '12000'),
  REQUEST_DELAY_MAX_MS: variable(number(25_000), '25000'),
}

export type Config = ReturnType<typeof readConfig>

/** Throws InvalidEnvironmentError with every problem at once. */
export function readConfig(environment: Record<string, string | undefined>) {
  const env = readEnvironment(variables, environment, (values) =>
    values.WORKERS?.length === 0
      ? ['WORKERS: got an empty list; wants one worker or more. Example: see .env.example']
      : [],
  )
  return {
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    /** Fly.io sets its app's name, and its proxy the client's address. */
    isBehindFly: env.FLY_APP_NAME !== undefined,
    /** The first one is used to call the workers. */
    apiKeys: [env.API_SECRET, env.API_SECRET_PREVIOUS].filter((key) => key !== undefined),
    apiKey: env.API_SECRET,
    workers: env.WORKERS,
    supabaseUrl: env.SUPABASE_URL,
    supabaseKey: env.SUPABASE_SERVICE_ROLE_KEY,
    cookieKey: env.COOKIE_ENCRYPTION_KEY ?? null,
    telegramToken: env.TELEGRAM_BOT_TOKEN ?? null,
    telegramApiRoot: env.TELEGRAM_API_ROOT,
    discordApiRoot: env.DISCORD_API_ROOT,
    /** Receivers of one's own: they may be plain http and inside. */
    webhookAllowedHosts: env.WEBHOOK_ALLOWED_HOSTS,
    outboxMaxAttempts: env.OUTBOX_MAX_ATTEMPTS,
    heartbeatUrl: env.HEARTBEAT_URL ?? null,
    /** HH:MM, UTC; null says nothing. */
    dailyLineAt: env.DAILY_LINE_AT ?? null,
    /** People reach us through https, so cookies are tied to it. */
    isSecure: env.PUBLIC_BASE_URL?.startsWith('https:') ?? env.FLY_APP_NAME !== undefined,
    /** Without a slash at its end; null: only this machine reaches the page. */
    publicBaseUrl: env.PUBLIC_BASE_URL?.replace(/\/+$/, '') ?? null,
    /** Prometheus scrapes it inside the private network; never published. */
    metricsPort: env.METRICS_PORT,
    defaultChatId: env.TELEGRAM_CHAT_ID ?? null,
    /** Its presence is reported, its value is never read. */
    hasFullCookies: env.VINTED_FULL_COOKIES !== undefined,
    hasCloudflareCookies: /cf_clearance=|__cf_bm=/.test(env.VINTED_FULL_COOKIES ?? ''),
    schedule: env.SCHEDULE,
    /** What the pages say of the next check. */
    beat: env.ALERT_CHECK_INTERVAL_MS && env.SCHEDULE === 'continuous' ? env.SCHEDULE : env.ALERT_CHECK_INTERVAL_MS,
    cycleEveryMs: env.ALERT_CHECK_INTERVAL_MS,
    firstCycleAfterMs: env.ALERT_CHECK_INITIAL_DELAY_MS,
    healthEveryMs: env.HEALTH_CHECK_INTERVAL_MS,
    unhealthyAfter: env.HEALTH_UNHEALTHY_AFTER,
    strategy: env.LB_STRATEGY,
    maxRetries: env.MAX_RETRIES,
    maxRefusalsPerSearch: env.MAX_REFUSALS_PER_SEARCH,
    /** The workers ban by themselves; a pause of the fleet is as long. */
    banDurationMs: env.WORKER_BAN_DURATION_MS,
    requestTimeoutMs: env.WORKER_REQUEST_TIMEOUT_MS,
    /** What the workers are configured with: only for saying how much fits one cycle. */
    meanGapMs: (env.REQUEST_DELAY_MIN_MS + env.REQUEST_DELAY_MAX_MS) / 2,
  }
}
