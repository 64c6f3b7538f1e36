import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** What docs/operations.md tells an owner to type, with DATABASE_URL of the database in question. */
export const BACKUP = [
  'pg_dump --format=custom --schema=public --schema=supabase_migrations --file=vigie.dump "$DATABASE_URL"',
]

/** `public` exists in every new database, and what a hosted project gives by default is not ours to say. */
export const RESTORE = [
  'npm run prepare-roles',
  `pg_restore --list vigie.dump | grep -vE ' (SCHEMA - public|DEFAULT ACL) ' > vigie.list`,
  'pg_restore --use-list=vigie.list --no-owner --exit-on-error --single-transaction --dbname="$DATABASE_URL" vigie.dump',
  'npm run migrate',
]

/** Runs them in the clone, with the files of the backup in `folder`; `tools` is the folder of `pg_dump`. */
export async function runCommands(
  commands: readonly string[],
  { tools, folder, databaseUrl }: { tools: string; folder: string; databaseUrl: string },
): Promise<void> {
  const path = [tools, dirname(process.execPath), process.env['PATH']].join(':')
  for (const command of commands) {
    const script = command.replaceAll(/vigie\.(?:dump|list)/g, (file) => `'${folder}/${file}'`)
    await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', script], {
      env: { PATH: path, DATABASE_URL: databaseUrl },
    })
  }
}

/** The same for the embedded database, in its folder: `.vigie/live-database`, or `.vigie/database` for the sandbox. */
export const EMBEDDED_RESTORE = [
  'mv pgdata pgdata.broken',
  'mkdir -m 700 pgdata',
  'tar -xzf "backups/$(ls backups | tail -n 1)" -C pgdata',
]
