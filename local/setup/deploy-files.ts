import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { Texts } from './fly-files.ts'
import type { PlannedFile } from './plan-setup.ts'
import { envFiles, targets } from './variables.ts'
import type { Target } from './variables.ts'

const FOLDER = '.deploy'
const OTHERS = 0o077

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const paths = targets.flatMap((target) => envFiles[target].map(({ path }) => path))

/** The texts that setup reads, by path below `root`. */
export function readDeployFiles(root: string): { flyTexts: Texts; envTexts: Texts } {
  const read = (files: string[]): Texts =>
    Object.fromEntries(
      files.flatMap((file) => {
        const text = readIfThere(join(root, file))
        return text === null ? [] : [[file, text]]
      }),
    )
  return { flyTexts: read(globSync('fly.*.toml', { cwd: root }).sort()), envTexts: read(paths) }
}

/** What the commands of a target need beside the fly files, and is not there. */
export const absentFiles = (root: string, target: Target): string[] =>
  ['Dockerfile', ...(target === 'home' ? ['compose.yaml'] : [])].filter((file) => !existsSync(join(root, file)))

/** What of it other users of this machine can read. */
export const openPaths = (root: string): string[] =>
  process.platform === 'win32'
    ? []
    : [FOLDER, ...paths].filter((path) => {
        const mode = statSync(join(root, path), { throwIfNoEntry: false })?.mode
        return mode !== undefined && (mode & OTHERS) !== 0
      })

/** Whole or not at all, whenever the process is killed: written beside it, flushed, renamed. */
function replace(root: string, { path, after, isSecret }: PlannedFile): void {
  const target = join(root, path)
  const mode = isSecret ? 0o600 : (statSync(target, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o777
  const temporary = join(root, FOLDER, `${basename(path)}.tmp`)
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, after)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  chmodSync(temporary, mode)
  renameSync(temporary, target)
}

/** In the order given. Makes the folder, closes what is open, and removes what a killed run left behind. */
export function writeDeployFiles(root: string, files: PlannedFile[]): void {
  mkdirSync(join(root, FOLDER), { recursive: true, mode: 0o700 })
  for (const leftover of globSync('*.tmp', { cwd: join(root, FOLDER) })) rmSync(join(root, FOLDER, leftover))
  for (const path of openPaths(root)) chmodSync(join(root, path), path === FOLDER ? 0o700 : 0o600)
  for (const file of files) if (file.before !== file.after) replace(root, file)
}
