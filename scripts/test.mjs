// Runs one suite of tests/ and fails when it holds no test: `node --test` exits 0 on a glob that matches nothing.
import { globSync } from 'node:fs'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const suite = process.argv[2] ?? 'unit'
const only = process.argv.slice(3)
const files = globSync(`tests/${suite}/**/*.test.ts`)
  .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
  .sort()
if (files.length === 0) {
  console.error(`no test file under tests/${suite}${only.length ? ` matches ${only.join(', ')}` : ''}`)
  process.exit(1)
}
const unit = suite === 'unit'
// Unit tests share one process (0.7 s for 100 files against 24 s); system tests start real processes and need their own.
run({ files, isolation: unit ? 'none' : 'process', concurrency: unit ? false : 4, timeout: unit ? 60_000 : 240_000 })
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(spec)
  .pipe(process.stdout)
