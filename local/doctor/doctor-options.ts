import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError } from '../options.ts'
import { terminalLanguage } from '../setup/terminal-language.ts'
import type { Language } from '../setup/terminal-language.ts'

export type DoctorOptions = {
  /** Of the fleet that `npm start` runs. */
  dataDir: string
  isDataDirGiven: boolean
  /** A file with main's variables. */
  envFile: string | null
  /** A fly.toml: its [env] lies under the variables of that file, as it does on Fly.io. */
  flyFile: string | null
  language: Language
  isJson: boolean
}

export const DOCTOR_USAGE = `npm run doctor -- [--data DIR | --env FILE [--fly TOML]] [--lang fr|en] [--json]
  without a flag: the variables of this process when WORKERS is among them (as on Fly.io), else the fleet of npm start
  --data DIR   the fleet that npm start runs with this folder (.vigie)
  --env FILE   the fleet whose main worker has these variables
  --fly TOML   with --env: adds the [env] of main's fly.toml, as Fly.io does (--env .deploy/main.env --fly fly.main-worker.toml)
  --lang fr    en français (default: as LANG says)
  --json       for programs
Exit code: 0 all is well, 1 there is something to look at, 2 the doctor could not look.`

/** `environment` is the terminal's, which names a language. Throws UsageError. */
export function readDoctorOptions(argv: string[], environment: Record<string, string | undefined> = {}): DoctorOptions {
  try {
    const { values } = parseArgs({
      args: argv,
      strict: true,
      allowPositionals: false,
      options: {
        data: { type: 'string' },
        env: { type: 'string' },
        fly: { type: 'string' },
        lang: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    if (values.data !== undefined && values.env !== undefined) throw new Error('--data and --env exclude each other')
    if (values.fly !== undefined && values.env === undefined) throw new Error('--fly wants --env FILE beside it')
    if (values.lang !== undefined && values.lang !== 'fr' && values.lang !== 'en')
      throw new Error(`--lang wants fr or en (got ${values.lang})`)
    return {
      dataDir: resolve(values.data ?? '.vigie'),
      isDataDirGiven: values.data !== undefined,
      envFile: values.env ?? null,
      flyFile: values.fly ?? null,
      language: values.lang ?? terminalLanguage(environment),
      isJson: values.json,
    }
  } catch (error) {
    throw new UsageError((error as Error).message, DOCTOR_USAGE)
  }
}
