import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const ofPackage = (file: string): string => createRequire(import.meta.url).resolve(file)

/** Everything a page loads, besides photos: nothing comes from another host, and nothing is built. */
const files = {
  'style.css': { path: join(here, 'style.css'), type: 'text/css; charset=utf-8' },
  'vigie.js': { path: join(here, 'vigie.js'), type: 'text/javascript; charset=utf-8' },
  'icon.svg': { path: join(here, 'icon.svg'), type: 'image/svg+xml' },
  'htmx.js': { path: ofPackage('htmx.org/dist/htmx.min.js'), type: 'text/javascript; charset=utf-8' },
  'uplot.js': { path: ofPackage('uplot/dist/uPlot.iife.min.js'), type: 'text/javascript; charset=utf-8' },
  'uplot.css': { path: ofPackage('uplot/dist/uPlot.min.css'), type: 'text/css; charset=utf-8' },
  'statistics.js': { path: join(here, 'statistics.js'), type: 'text/javascript; charset=utf-8' },
  'hx-sse.js': { path: ofPackage('htmx.org/dist/ext/hx-sse.min.js'), type: 'text/javascript; charset=utf-8' },
}
export type AssetName = keyof typeof files
export type Asset = { type: string; hash: string; body: Buffer; gzip: Buffer }

function load({ path, type }: (typeof files)[AssetName]): Asset {
  const body = readFileSync(path)
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12)
  return { type, hash, body, gzip: gzipSync(body, { level: 9 }) }
}

const assets = new Map(Object.entries(files).map(([name, file]) => [name, load(file)]))

export const findAsset = (name: string): Asset | undefined => assets.get(name)

/** Named by its content, so that browsers keep it for good. */
export const assetUrl = (name: AssetName): string => `/assets/${assets.get(name)?.hash ?? ''}/${name}`
