import { startChild } from '../../support/database/child-process.ts'
import type { Place, Secret } from './find-secrets.ts'
import { planted } from './plant-secrets.ts'

type Start = { name: string; script: string; env: Record<string, string>; until?: RegExp }

/** Processes that must not come up: wrong environments, a taken port, a database that is away or wants another key. */
export async function failingStarts(
  good: Record<string, string>,
  fleet: { mainPort: string; freePort: string; databaseUrl: string },
): Promise<{ places: Place[]; secrets: Secret[] }> {
  const secrets: Secret[] = []
  const secret = (name: string, bytes?: number): string => {
    const value = planted(name, bytes)
    secrets.push({ name: `${name} of a failing start`, value })
    return value
  }
  const loginAt = (scheme: string, host: string): string => `${scheme}://user:${secret(scheme, 12)}@${host}`
  const wrong = {
    API_SECRET: secret('s', 3),
    API_SECRET_PREVIOUS: secret('s', 3),
    COOKIE_ENCRYPTION_KEY: secret('cookie-key'),
    SUPABASE_URL: 'nonsense',
    SUPABASE_SERVICE_ROLE_KEY: secret('role-key'),
    TELEGRAM_BOT_TOKEN: `1:${secret('bot-token')}`,
    EGRESS_PROXY_URL: loginAt('socks5', '127.0.0.1:1'),
    HEARTBEAT_URL: `nonsense ${secret('heartbeat')}`,
    REQUEST_DELAY_MIN_MS: '-1',
    WORKERS: '{',
  }
  const worker = { ...good, WORKER_ID: 'worker-x', HOST: '127.0.0.1', SUPABASE_URL: fleet.databaseUrl }
  const main = { ...worker, WORKERS: '[{"id":"worker-x","name":"X","region":"x","url":"http://127.0.0.1:1"}]' }
  const database = { DATABASE_DIR: '/nonexistent/vigie', DATABASE_SERVICE_ROLE_KEY: secret('database-key') }
  const starts: Start[] = [
    { name: 'main, wrong environment', script: 'main-worker/main.ts', env: wrong },
    { name: 'region, wrong environment', script: 'regional-worker/main.ts', env: wrong },
    {
      name: 'database, wrong URL',
      script: 'local/database/main.ts',
      env: { ...database, DATABASE_URL: loginAt('mysql', 'h/d') },
    },
    {
      name: 'database, nobody there',
      script: 'local/database/main.ts',
      env: { ...database, DATABASE_PORT: fleet.freePort, DATABASE_URL: loginAt('postgres', '127.0.0.1:1/d') },
    },
    { name: 'main, port taken', script: 'main-worker/main.ts', env: { ...main, PORT: fleet.mainPort } },
    { name: 'region, port taken', script: 'regional-worker/main.ts', env: { ...worker, PORT: fleet.mainPort } },
    {
      name: 'main, wrong key of the database',
      script: 'main-worker/main.ts',
      env: { ...main, PORT: '0', SUPABASE_SERVICE_ROLE_KEY: secret('refused-role-key') },
      until: /"event":"databaseFailed"/,
    },
  ]
  const places: Place[] = []
  // One after the other: this is no race for the processor.
  for (const { name, script, env, until } of starts) {
    const child = startChild([script], env)
    if (until) {
      await child.line(until)
      child.kill('SIGTERM')
    }
    const { code } = await child.ended
    if (!until && code === 0) throw new Error(`${name}: came up and ended well:\n${child.output()}`)
    places.push({ where: `output of a failing start (${name})`, text: child.output() })
  }
  return { places, secrets }
}
