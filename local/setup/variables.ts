export const targets = ['fly', 'home'] as const
export type Target = (typeof targets)[number]

/** `made`: nobody needs to know it, so it is drawn at random, once. */
type Variable = { source: 'made' | 'required' | 'optional'; isSecret: boolean; example: string }

/** What setup writes into the files of `.deploy/`. An example is of the right shape, and stands for what is missing in a dry run. */
export const variables = {
  API_SECRET: { source: 'made', isSecret: true, example: 'openssl rand -hex 32' },
  SUPABASE_URL: { source: 'required', isSecret: false, example: 'https://abcdefghijklmnopqrst.supabase.co' },
  SUPABASE_SERVICE_ROLE_KEY: { source: 'required', isSecret: true, example: 'sb_secret_0123456789abcdefghij' },
  DATABASE_URL: {
    source: 'required',
    isSecret: true,
    example: 'postgresql://postgres.abcdefghijklmnopqrst:PASSWORD@aws-0-eu-west-3.pooler.supabase.com:5432/postgres',
  },
  COOKIE_ENCRYPTION_KEY: { source: 'made', isSecret: true, example: 'openssl rand -base64 32' },
  DATABASE_SERVICE_ROLE_KEY: { source: 'made', isSecret: true, example: 'openssl rand -hex 32' },
  POSTGRES_PASSWORD: { source: 'made', isSecret: true, example: 'openssl rand -hex 32' },
  TELEGRAM_BOT_TOKEN: {
    source: 'optional',
    isSecret: true,
    example: '123456789:AAExampleExampleExampleExampleExample',
  },
  TELEGRAM_CHAT_ID: { source: 'optional', isSecret: false, example: '123456789' },
  PUBLIC_BASE_URL: { source: 'optional', isSecret: false, example: 'https://vigie.example' },
} as const satisfies Record<string, Variable>

export type VariableName = keyof typeof variables
/** What one may be asked for. */
export type AskedName = Exclude<
  VariableName,
  'API_SECRET' | 'COOKIE_ENCRYPTION_KEY' | 'DATABASE_SERVICE_ROLE_KEY' | 'POSTGRES_PASSWORD'
>
/** An empty answer takes away what is there. */
export type Values = Partial<Record<VariableName, string>>

export const MAIN_ENV = '.deploy/main.env'
export const WORKER_ENV = '.deploy/worker.env'
export const HOME_ENV = '.deploy/home.env'

type EnvFile = { path: string; header: string; names: VariableName[] }

const shared: VariableName[] = [
  'API_SECRET',
  'SUPABASE_URL',
  'SUPABASE_SERVICE_ROLE_KEY',
  'COOKIE_ENCRYPTION_KEY',
  'TELEGRAM_BOT_TOKEN',
  'TELEGRAM_CHAT_ID',
]
const header = (of: string): string =>
  `# ${of}, written by npm run setup. Who reads this file commands the fleet; keep a copy: Fly.io shows no secret again.`

/** The first file of a target is where its values are read from; the regions' one follows it. */
export const envFiles: Record<Target, [EnvFile, ...EnvFile[]]> = {
  fly: [
    { path: MAIN_ENV, header: header('Secrets of the main worker'), names: [...shared, 'DATABASE_URL'] },
    { path: WORKER_ENV, header: header('Secrets of every region'), names: shared },
  ],
  home: [
    {
      path: HOME_ENV,
      header: '# Settings of the home server, written by npm run setup. Who reads this file commands the fleet.',
      names: [
        'API_SECRET',
        'COOKIE_ENCRYPTION_KEY',
        'DATABASE_SERVICE_ROLE_KEY',
        'POSTGRES_PASSWORD',
        'TELEGRAM_BOT_TOKEN',
        'TELEGRAM_CHAT_ID',
        'PUBLIC_BASE_URL',
      ],
    },
  ],
}

/** What one is asked for, in this order. */
export const askedNames: Record<Target, AskedName[]> = {
  fly: ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'DATABASE_URL', 'TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID'],
  home: ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID', 'PUBLIC_BASE_URL'],
}
