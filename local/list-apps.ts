// What deploy.yml deploys, a line an app: its fly.toml, its image and its address, with tabs between. The first region is the canary.
//   node local/list-apps.ts build|canary|regions|main LABEL
import { readFileSync } from 'node:fs'
import { MAIN_FILE, readFlyApp, regionFile } from './fly-apps.ts'
import { shippedRegions } from './shipped-regions.ts'

const [part = '', label = ''] = process.argv.slice(2)
const read = (file: string) => readFlyApp(readFileSync(file, 'utf8'), file)
const regions = shippedRegions().map(({ id, url }) => ({ file: regionFile(id), url }))
const main = { file: MAIN_FILE, url: read(MAIN_FILE).env['PUBLIC_BASE_URL'] ?? '' }
const apps = [...regions, main].map(({ file, url }) => {
  const { app, build } = read(file)
  return { file, url, app, target: build?.['build-target'] }
})
/** Each image is built once, for the first app that wants it: regions may differ (with and without a browser). */
const builderOf = (target: string | undefined) => apps.find((app) => app.target === target)
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
