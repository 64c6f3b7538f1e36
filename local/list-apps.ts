// What deploy.yml deploys, from the one list of regions: the first region, the others, main. JSON on stdout.
import { readFileSync } from 'node:fs'
import { shippedRegions } from './shipped-regions.ts'
import { parse } from 'smol-toml'

const { app, env } = parse(readFileSync('fly.main-worker.toml', 'utf8')) as { app: string; env: Record<string, string> }
const [canary, ...others] = shippedRegions().map(({ id, url }) => ({ config: `fly.${id}.toml`, url }))
const main = { app, config: 'fly.main-worker.toml', url: env['PUBLIC_BASE_URL'] }
const { app: imageApp } = parse(readFileSync(canary?.config ?? '', 'utf8')) as { app: string }
console.log(JSON.stringify({ canary: { ...canary, app: imageApp }, others, main }))
