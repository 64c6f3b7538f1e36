import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'

/** Shared by every process that a test starts: compiling the product anew takes each of them seconds of CPU. */
export function compileCache(): string {
  const folder = resolve('node_modules/.cache/test-processes')
  mkdirSync(folder, { recursive: true })
  return folder
}
