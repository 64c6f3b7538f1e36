import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: object }

/** What `npm ci --omit=dev` leaves out is not found, as it would not be there. */
const WITHOUT_DEV = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
const absent = ${JSON.stringify(Object.keys(devDependencies))}
registerHooks({
  resolve(name, context, next) {
    if (absent.some((one) => name === one || name.startsWith(one + '/'))) throw new Error('Cannot find package ' + name)
    return next(name, context)
  },
})
`)}`

test('the doctor starts where the packages of development are not installed', async () => {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stderr: string }>()
  const args = ['--import', WITHOUT_DEV, 'local/doctor.ts', '--env', 'no-such.env', '--fly', 'fly.main-worker.toml']
  execFile(process.execPath, args, (error, _stdout, stderr) => resolve({ code: error?.code, stderr }))
  const { code, stderr } = await promise
  assert.match(stderr, /there is no file no-such\.env/)
  assert.equal(code, 2)
})
