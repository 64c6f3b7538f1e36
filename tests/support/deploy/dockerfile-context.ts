import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

export type IgnoreRule = { pattern: string; isException: boolean }

export const readIgnoreRules = (text: string): IgnoreRule[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ pattern: line.replace(/^!/, '').replace(/\/$/, ''), isException: line.startsWith('!') }))

/** `*` is any name, hidden ones too, unlike a shell's. */
function matches(path: string, pattern: string): boolean {
  const source = pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')
  return new RegExp(`^${source}$`).test(path)
}

/** As Docker decides: the last rule that matches the path, or a folder above it, counts. */
export function isIgnored(rules: readonly IgnoreRule[], path: string): boolean {
  const parts = path.split('/')
  const paths = parts.map((_, place) => parts.slice(0, place + 1).join('/'))
  const last = rules.findLast(({ pattern }) => paths.some((one) => matches(one, pattern)))
  return last !== undefined && !last.isException
}

/** The files of a source of COPY that .dockerignore lets through, as paths from the project's folder. */
export function contextFiles(source: string, folder = '.'): string[] {
  const rules = readIgnoreRules(readFileSync(join(folder, '.dockerignore'), 'utf8'))
  return filesBelow(join(folder, source))
    .map((file) => relative(folder, file))
    .filter((file) => !isIgnored(rules, file))
}

function filesBelow(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return []
  if (found.isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
