import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findMarket } from '#shared/marketplaces/vinted/markets.ts'
import { shippedRegions } from './shipped-regions.ts'
import type { Region } from './shipped-regions.ts'

export type Options = {
  mode: 'sandbox' | 'live'
  /** Main listens here, the regions on the ports after it. */
  port: number
  dataDir: string
  reset: boolean
  workers: Region[]
}

export class UsageError extends Error {
  constructor(message: string, usage = USAGE) {
    super(`${message}\n\n${usage}`)
    this.name = 'UsageError'
  }
}

export const USAGE = `npm start -- [--sandbox | --live] [--port N] [--data DIR] [--workers fr,us,nl,uk] [--reset]
  --sandbox   a made-up Vinted and Telegram on this machine (default without a .env file)
  --live      the real ones, with the settings of .env (default when there is one)
  --port N    main's port (8080); the regions and the rest take the ports after it
  --data DIR  where everything is kept (.vigie)
  --workers   regions to start, by their markets (sandbox: those of fly.main-worker.toml; live: the first of them, since one
              home has one address)
  --reset     forget everything kept in DIR first`

const parse = (argv: string[]) =>
  parseArgs({
    args: argv,
    strict: true,
    allowPositionals: false,
    options: {
      sandbox: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      port: { type: 'string', default: '8080' },
      data: { type: 'string', default: '.vigie' },
      workers: { type: 'string' },
      reset: { type: 'boolean', default: false },
    },
  }).values

/** A market that none of the shipped regions is at home in gets a region of its own, named like theirs. */
const regionOf = (market: string, shipped: Region[]): Region =>
  shipped.find(({ id }) => id === `worker-${market}`) ?? {
    id: `worker-${market}`,
    name: market.toUpperCase(),
    region: market,
  }

function named(list: string, shipped: Region[]): Region[] {
  const markets = list.split(',').map((market) => market.trim())
  const unknown = markets.filter((market) => !findMarket(market))
  if (unknown.length > 0)
    throw new UsageError(`--workers wants market ids such as fr,us,nl,uk (got ${unknown.join(', ')})`)
  if (new Set(markets).size !== markets.length) throw new UsageError('--workers names a region twice')
  return markets.map((market) => regionOf(market, shipped))
}

/** Throws UsageError. */
export function readOptions(
  argv: string[],
  hasEnvFile = existsSync('.env'),
  shipped: Region[] = shippedRegions(),
): Options {
  let flags: ReturnType<typeof parse>
  try {
    flags = parse(argv)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  if (flags.sandbox && flags.live) throw new UsageError('--sandbox and --live exclude each other')
  const mode = flags.live || (hasEnvFile && !flags.sandbox) ? 'live' : 'sandbox'
  const port = /^\d{1,5}$/.test(flags.port) ? Number(flags.port) : Number.NaN
  if (!(port >= 1 && port <= 65_000)) throw new UsageError(`--port wants a number from 1 to 65000 (got ${flags.port})`)
  const workers =
    flags.workers === undefined ? shipped.slice(0, mode === 'live' ? 1 : undefined) : named(flags.workers, shipped)
  return { mode, port, dataDir: resolve(flags.data), reset: flags.reset, workers }
}
