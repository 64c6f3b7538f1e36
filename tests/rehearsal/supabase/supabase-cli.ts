import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SUPABASE_CLI as CLI } from '../../../local/setup/plan-commands.ts'
import { MIGRATIONS } from '../../support/supabase/start-vigie-database.ts'

export { CLI }

export type CliAnswer = { code: number; text: string }

export type SupabaseCli = {
  /** A project folder with some of the migrations, as a clone of that age has it. */
  makeProject(files: readonly string[]): Promise<{ path: string; migrations: string }>
  run(project: string, ...args: string[]): Promise<CliAnswer>
  remove(): Promise<void>
}

/** The CLI from the registry, in a temporary folder that is also its home. It asks nobody and reports nothing. */
export async function installSupabaseCli(): Promise<SupabaseCli> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-supabase-'))
  const { PATH = '' } = process.env
  const installed = await execute('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', CLI], folder)
  if (installed.code !== 0) throw new Error(`npm does not install ${CLI}: ${installed.text}`)
  return {
    async makeProject(files) {
      const path = await mkdtemp(join(folder, 'project-'))
      const migrations = join(path, 'supabase', 'migrations')
      await mkdir(migrations, { recursive: true })
      await cp(join(MIGRATIONS, '..', 'config.toml'), join(path, 'supabase', 'config.toml'))
      for (const file of files) await cp(join(MIGRATIONS, file), join(migrations, file))
      return { path, migrations }
    },
    run: (project, ...args) =>
      execute(join(folder, 'node_modules', '.bin', 'supabase'), args, project, {
        PATH,
        HOME: folder,
        DO_NOT_TRACK: '1',
        SUPABASE_TELEMETRY_DISABLED: '1',
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function execute(command: string, args: string[], cwd: string, env?: Record<string, string>): Promise<CliAnswer> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], ...(env && { env }) })
  const ended = once(child, 'close')
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await ended) as [number | null]
  return { code: code ?? -1, text }
}
