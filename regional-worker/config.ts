import {
  apiSecret,
  cookieKey,
  flag,
  hosts,
  interval,
  logLevel,
  number,
  optionalNumber,
  readEnvironment,
  secret,
  text,
  url,
  variable,
  workers,
} from '#shared/env.ts'

/** Every variable a regional worker reads. `.env.example` is compared with this table by a test. */
export const variables = {
  PORT: variable(number(8080, 0, 65_535), '8080'),
  HOST: variable(text.default('::'), '::'),
  LOG_LEVEL: variable(logLevel, 'info'),
  API_SECRET: secret(apiSecret, 'openssl rand -hex 32'),
  API_SECRET_PREVIOUS: secret(apiSecret.optional(), 'the key that is being replaced'),
  SUPABASE_URL: variable(url, 'https://abcdefgh.supabase.co'),
  SUPABASE_SERVICE_ROLE_KEY: secret(text, 'sb_secret_…'),
  COOKIE_ENCRYPTION_KEY: secret(cookieKey, 'openssl rand -base64 32'),
  TELEGRAM_BOT_TOKEN: secret(text.optional(), '123456:ABC-DEF…'),
  TELEGRAM_API_ROOT: variable(url.default('https://api.telegram.org'), 'https://api.telegram.org'),
  DISCORD_API_ROOT: variable(url.default('https://discord.com'), 'https://discord.com'),
  WEBHOOK_ALLOWED_HOSTS: variable(hosts, 'n8n.lan:5678'),
  OUTBOX_MAX_ATTEMPTS: variable(number(5, 1, 100), '5'),
  WORKER_ID: variable(text.optional(), 'worker-fr'),
  WORKER_NAME: variable(text.optional(), 'FR'),
  WORKER_REGION: variable(text.optional(), 'cdg'),
  FLY_APP_NAME: variable(text.optional(), 'vigie-worker-fr'),
  FLY_REGION: variable(text.optional(), 'cdg'),
  EGRESS_ID: variable(text.optional(), 'home'),
  EGRESS_PROXY_URL: secret(url.optional(), 'http://proxy.example:3128'),
  REQUEST_DELAY_MIN_MS: variable(number(12_000), '12000'),
  REQUEST_DELAY_MAX_MS: variable(number(25_000), '25000'),
  WORKER_BAN_DURATION_MS: variable(number(1_800_000, 1), '1800000'),
  WORKER_BAN_MAX_DURATION_MS: variable(optionalNumber(1), '7200000'),
  CHROME_PATH: variable(text.optional(), '/usr/bin/chromium'),
  CHROME_ARGS: variable(text.optional(), '--lang=fr --disable-gpu'),
  AUTO_RUN_CYCLE: variable(flag, 'false'),
  ENABLE_FAILOVER: variable(flag, 'false'),
  ALERT_CHECK_INTERVAL_MS: variable(interval(300_000), '300000'),
  WORKER_REQUEST_TIMEOUT_MS: variable(number(30_000, 1), '30000'),
  TELEGRAM_CHAT_ID: variable(text.optional(), '123456789'),
  WORKERS: variable(
    workers.optional(),
    '[{"id":"worker-us","name":"US","region":"iad","url":"https://vigie-worker-us.fly.dev"}]',
  ),
}

export type Config = ReturnType<typeof readConfig>

/** `vigie-worker-fr` and `worker-fr` → `worker-fr`; anything else is taken as it is. */
const idFromApp = (app: string): string => /worker-[a-z0-9-]+$/.exec(app)?.[0] ?? app

/** Throws InvalidEnvironmentError with every problem at once. */
export function readConfig(environment: Record<string, string | undefined>) {
  const env = readEnvironment(variables, environment, (values) => [
    ...(environment['WORKER_ID'] || environment['FLY_APP_NAME']
      ? []
      : ['WORKER_ID: is not set; is required where FLY_APP_NAME is not set. Example: worker-fr']),
    ...((values.REQUEST_DELAY_MIN_MS ?? 0) <= (values.REQUEST_DELAY_MAX_MS ?? Infinity)
      ? []
      : [
          `REQUEST_DELAY_MAX_MS: got ${values.REQUEST_DELAY_MAX_MS}; wants at least REQUEST_DELAY_MIN_MS. Example: 25000`,
        ]),
  ])
  const workerId = env.WORKER_ID ?? idFromApp(env.FLY_APP_NAME ?? '')
  return {
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    /** Fly.io sets its app's name, and its proxy the client's address. */
    isBehindFly: env.FLY_APP_NAME !== undefined,
    apiKeys: [env.API_SECRET, env.API_SECRET_PREVIOUS].filter((key) => key !== undefined),
    supabaseUrl: env.SUPABASE_URL,
    supabaseKey: env.SUPABASE_SERVICE_ROLE_KEY,
    cookieKey: env.COOKIE_ENCRYPTION_KEY,
    telegramToken: env.TELEGRAM_BOT_TOKEN ?? null,
    telegramApiRoot: env.TELEGRAM_API_ROOT,
    discordApiRoot: env.DISCORD_API_ROOT,
    /** Receivers of one's own: they may be plain http and inside. */
    webhookAllowedHosts: env.WEBHOOK_ALLOWED_HOSTS,
    defaultChatId: env.TELEGRAM_CHAT_ID ?? null,
    outboxMaxAttempts: env.OUTBOX_MAX_ATTEMPTS,
    workerId,
    name: env.WORKER_NAME ?? workerId.replace(/^worker-/, '').toUpperCase(),
    region: env.WORKER_REGION ?? env.FLY_REGION ?? 'local',
    egress: env.EGRESS_ID ?? workerId,
    egressProxyUrl: env.EGRESS_PROXY_URL ?? null,
    gap: { minMs: env.REQUEST_DELAY_MIN_MS, maxMs: env.REQUEST_DELAY_MAX_MS },
    banRules: {
      banDurationMs: env.WORKER_BAN_DURATION_MS,
      longestBanMs: Math.max(env.WORKER_BAN_DURATION_MS, env.WORKER_BAN_MAX_DURATION_MS ?? 0),
    },
    chromePath: env.CHROME_PATH ?? null,
    chromeArgs: (env.CHROME_ARGS ?? '').split(/\s+/).filter((flag) => flag !== ''),
    autoRunCycle: env.AUTO_RUN_CYCLE,
    enableFailover: env.ENABLE_FAILOVER,
    cycleEveryMs: env.ALERT_CHECK_INTERVAL_MS,
    requestTimeoutMs: env.WORKER_REQUEST_TIMEOUT_MS,
    workers: env.WORKERS ?? [],
  }
}
