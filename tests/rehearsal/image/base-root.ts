import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const run = (file: string, ...args: string[]): string => execFileSync(file, args, { encoding: 'utf8', stdio: 'pipe' })

/** What debian:bookworm-slim leaves out, and how it keeps apt from leaving downloads behind. */
const SLIM = {
  'etc/dpkg/dpkg.cfg.d/docker':
    'path-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\npath-exclude /usr/share/doc/*\npath-include /usr/share/doc/*/copyright\n',
  // Without it dpkg waits for the disk after every package.
  'etc/dpkg/dpkg.cfg.d/docker-apt-speedup': 'force-unsafe-io\n',
  'etc/apt/apt.conf.d/docker-clean':
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
}
const SLIMMED = ['usr/share/man', 'usr/share/locale', 'var/cache/apt/archives', 'var/lib/apt/lists']

/**
 * Stands in for node:24-bookworm-slim: Debian bookworm made by debootstrap, slimmed like Debian's own image, with this Node, this
 * machine's npm and the user `node` (1000) in it. Made once, kept in the system's temporary folder.
 */
export function baseRoot(): string {
  const root = join(tmpdir(), 'vigie-rehearsal', `bookworm-node-${process.version}`)
  if (existsSync(root)) return root
  if (!existsSync('/usr/sbin/debootstrap')) {
    run('apt-get', 'update')
    run('apt-get', 'install', '--yes', '--no-install-recommends', 'debootstrap')
  }
  const part = `${root}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  run('debootstrap', '--variant=minbase', 'bookworm', part, 'http://deb.debian.org/debian')
  for (const folder of SLIMMED) run('sh', '-c', `rm -rf '${join(part, folder)}'/*`)
  for (const [file, text] of Object.entries(SLIM)) writeFileSync(join(part, file), text)
  copyAptSettings(part)
  addNode(part)
  // Where this machine's files, its resolver and the old root are mounted.
  for (const folder of ['mnt/machine', 'mnt/old']) mkdirSync(join(part, folder), { recursive: true })
  for (const file of ['etc/resolv.conf', 'etc/hosts']) writeFileSync(join(part, file), '')
  renameSync(part, root)
  return root
}

function copyAptSettings(root: string): void {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    if (existsSync(file)) cpSync(file, join(root, file), { dereference: true })
  }
  // A proxy, say. The hooks of this machine's packages are left out.
  writeFileSync(join(root, 'etc/apt/apt.conf.d/90machine'), run('apt-config', 'dump', 'Acquire'))
}

function addNode(root: string): void {
  cpSync(realpathSync(process.execPath), join(root, 'usr/local/bin/node'))
  // …/npm/bin/npm-cli.js
  const npm = dirname(dirname(realpathSync(run('sh', '-c', 'command -v npm').trim())))
  const modules = join(root, 'usr/local/lib/node_modules')
  cpSync(npm, join(modules, 'npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
  run('chroot', root, 'useradd', '--uid', '1000', '--create-home', '--shell', '/bin/bash', 'node')
}
