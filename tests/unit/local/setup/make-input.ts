import type { PlannedFile, SetupInput } from '../../../../local/setup/plan-setup.ts'
import type { Values } from '../../../../local/setup/variables.ts'
import { shippedFlyTexts } from '../../../support/deploy/shipped-fleet.ts'

export const PROJECT = 'qwertyuiopasdfghjkl'
export const DATABASE_URL = `postgresql://postgres.${PROJECT}:Passw0rd@aws-0-eu-west-3.pooler.supabase.com:5432/postgres`

/** What an owner answers; every secret looks like a real one. */
export const given = {
  SUPABASE_URL: `https://${PROJECT}.supabase.co`,
  SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_Zx8Kq2Lw5Vn7Rt1Yp4Md9',
  DATABASE_URL,
  TELEGRAM_BOT_TOKEN: '7712345678:AAHk3jLmN0pQrStUvWxYz1234567890abcd',
} as const satisfies Values

/** Keys of one run; another run draws others. */
export const makeKeys = (seed: string): Values => ({
  API_SECRET: seed.repeat(64),
  COOKIE_ENCRYPTION_KEY: Buffer.alloc(32, seed).toString('base64'),
  DATABASE_SERVICE_ROLE_KEY: seed.repeat(64),
  POSTGRES_PASSWORD: seed.repeat(64),
})

export const makeInput = (changes: Partial<SetupInput> = {}): SetupInput => ({
  target: 'fly',
  name: null,
  org: 'personal',
  isDryRun: false,
  answers: given,
  environment: {},
  flyTexts: shippedFlyTexts(),
  envTexts: {},
  absentFiles: [],
  tools: {
    node: '24.21.0',
    npm: '11.0.0',
    git: 'git version 2',
    fly: 'fly v0.4.0',
    flyctl: 'fly v0.4.0',
    flyUser: null,
    gh: 'gh version 2',
    docker: null,
    compose: null,
    jq: 'jq-1.6',
    curl: 'curl 8.5.0 (x86_64) libcurl/8.5.0',
  },
  made: makeKeys('a'),
  ...changes,
})

/** The folder after these files were written. */
export function write(input: SetupInput, files: readonly PlannedFile[]): SetupInput {
  const texts = (isSecret: boolean) =>
    Object.fromEntries(files.filter((file) => file.isSecret === isSecret).map(({ path, after }) => [path, after]))
  return { ...input, flyTexts: { ...input.flyTexts, ...texts(false) }, envTexts: { ...input.envTexts, ...texts(true) } }
}

export const changes = (files: readonly PlannedFile[]): string[] =>
  files.filter(({ before, after }) => before !== after).map(({ path }) => path)
