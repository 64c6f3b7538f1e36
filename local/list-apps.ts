// What deploy.yml deploys, a line an app: its fly.toml, its image and its address, with tabs between. The first region is the canary.
//   node local/list-apps.ts build|canary|regions|main LABEL
import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import { shippedRegions } from './shipped-regions.ts'

type FlyFile = { app: string; build: { 'build-target': string }; env: Record<string, string> }

const [part = '', label = ''] = process.argv.slice(2)
const mainFile = 'fly.main-worker.toml'
const read = (file: string): FlyFile => parse(readFileSync(file, 'utf8')) as FlyFile
const regions = shippedRegions().map(({ id, url }) => ({ file: `fly.${id}.toml`, url }))
const apps = [...regions, { file: mainFile, url: read(mainFile).env['PUBLIC_BASE_URL'] ?? '' }].map(({ file, url }) => {
  const { app, build } = read(file)
  return { file, url, app, target: build['build-target'] }
})
/** Each image is built once, for the first app that wants it: regions may differ (with and without a browser). */
const builderOf = (target: string) => apps.find((app) => app.target === target)
const parts: Record<string, typeof apps> = {
  build: apps.filter((app) => builderOf(app.target) === app),
  canary: apps.slice(0, 1),
  regions: apps.slice(1, -1),
  main: apps.slice(-1),
}
const wanted = parts[part]
if (!wanted || label === '') throw new Error('usage: node local/list-apps.ts build|canary|regions|main LABEL')
for (const { file, target, url } of wanted)
  console.log([file, `registry.fly.io/${builderOf(target)?.app}:${label}`, url].join('\t'))
