import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'

const APT = '/usr/bin/apt-get'

/** Debian's and Ubuntu's place; the newest version that has both the server and the tools of an owner. */
function findPostgresTools(): string | null {
  const isWhole = (folder: string): boolean =>
    ['initdb', 'pg_ctl', 'psql', 'pg_dump', 'pg_restore'].every((name) => existsSync(join(folder, name)))
  const folders = globSync('/usr/lib/postgresql/*/bin').filter(isWhole)
  const version = (folder: string): number => Number(folder.split('/').at(-2))
  return folders.sort((a, b) => version(b) - version(a))[0] ?? null
}

/**
 * The folder of `pg_dump` and its like, with a server of the same version (`pg_dump` refuses a newer one). Where this is root on
 * Debian they are installed; null where that is not so, and one line says what to do.
 */
export function ensurePostgresTools(): string | null {
  if (findPostgresTools() === null && process.getuid?.() === 0 && existsSync(APT)) {
    const apt = (...args: string[]) =>
      spawnSync(APT, ['-q', ...args], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    apt('update')
    apt('install', '-y', '--no-install-recommends', 'postgresql')
  }
  const found = findPostgresTools()
  if (found === null) console.error('No PostgreSQL tools for the backup tests: apt-get install postgresql')
  return found
}
