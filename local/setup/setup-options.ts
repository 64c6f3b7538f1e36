import { parseArgs } from 'node:util'
import { UsageError } from '../options.ts'
import { tidyValue } from './check-value.ts'
import { terminalLanguage } from './terminal-language.ts'
import type { Language } from './terminal-language.ts'
import { targets } from './variables.ts'
import type { Target, Values } from './variables.ts'

export type SetupOptions = {
  target: Target | null
  name: string | null
  org: string
  answers: Values
  isDryRun: boolean
  isYes: boolean
  language: Language
}

const USAGE = `npm run setup -- [--target fly|home] [--name PREFIX] [--org ORG] [--supabase-url URL] [--yes] [--dry-run] [--lang fr|en]
  --target fly        five apps on Fly.io and a Supabase project (default)
  --target home       docker compose on a server at home
  --name PREFIX       of the apps' names, which are global on Fly.io (what the fly.*.toml files say; vigie)
  --org ORG           Fly.io organisation (personal)
  --supabase-url URL  the project's address
  --public-url URL    of the page, with --target home (optional)
  --yes               asks nothing: flags, what is there already, and the environment
  --dry-run           shows everything, writes and asks nothing
  --lang fr           en français (default: as LANG says)
Secrets are never flags, where the shell's history and other users see them: they are asked for, or read from the environment
(SUPABASE_SERVICE_ROLE_KEY, DATABASE_URL, TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID) where no file of .deploy/ holds one yet.
Keys are made at random, once. To replace what is there, answer the question or edit the file.
Exit code: 0 done, 1 something is missing or wrong and nothing was written, 2 usage, 130 stopped.`

const parse = (argv: string[]) =>
  parseArgs({
    args: argv,
    strict: true,
    allowPositionals: false,
    options: {
      target: { type: 'string' },
      name: { type: 'string' },
      org: { type: 'string', default: 'personal' },
      'supabase-url': { type: 'string' },
      'public-url': { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      lang: { type: 'string' },
    },
  }).values

/** Throws UsageError, which repeats no value: somebody may have tried to pass a secret. */
export function readSetupOptions(argv: string[], environment: Record<string, string | undefined>): SetupOptions {
  let flags: ReturnType<typeof parse>
  try {
    flags = parse(argv)
  } catch (error) {
    throw new UsageError((error as Error).message, USAGE)
  }
  const target = targets.find((target) => target === flags.target) ?? null
  if (flags.target !== undefined && target === null) throw new UsageError('--target wants fly or home', USAGE)
  if (flags.lang !== undefined && flags.lang !== 'fr' && flags.lang !== 'en')
    throw new UsageError('--lang wants fr or en', USAGE)
  const supabaseUrl = flags['supabase-url']
  const publicUrl = flags['public-url']
  return {
    target,
    name: flags.name ?? null,
    org: flags.org,
    answers: {
      ...(supabaseUrl ? { SUPABASE_URL: tidyValue('SUPABASE_URL', supabaseUrl) } : {}),
      ...(publicUrl ? { PUBLIC_BASE_URL: tidyValue('PUBLIC_BASE_URL', publicUrl) } : {}),
    },
    isDryRun: flags['dry-run'],
    isYes: flags.yes,
    language: flags.lang ?? terminalLanguage(environment),
  }
}
