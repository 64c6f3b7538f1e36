import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { errorText } from '#shared/errors.ts'
import { readOptions, UsageError } from './options.ts'
import { startFleet } from './start-fleet.ts'
import { banner } from './terminal.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

async function run(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options.mode === 'live' && existsSync('.env')) process.loadEnvFile('.env')
  const folder = relative(process.cwd(), options.dataDir) || '.'
  say(banner(options.mode, folder, join(folder, 'local.json')))
  const stopped = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // A second Ctrl-C: the children end by themselves when their channel closes.
      if (stopped.signal.aborted) process.exit(130)
      say('stopping …')
      stopped.abort(new Error('stopped before it was ready'))
    })
  }
  const fleet = await startFleet(options, process.env, say, stopped.signal)
  say(`ready ${fleet.url}`)
  say(`log in, once, within ten minutes: ${fleet.loginUrl}   (later: the API key, or /login to the bot)`)
  if (!stopped.signal.aborted) await new Promise((resolve) => stopped.signal.addEventListener('abort', resolve))
  await fleet.stop()
  say('stopped')
}

try {
  await run()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof UsageError ? error.message : `Vigie did not start: ${errorText(error)}`}\n`)
  process.exit(1)
}
