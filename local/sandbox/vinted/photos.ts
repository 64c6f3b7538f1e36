import { createHash } from 'node:crypto'
import type { Answer } from '../answer.ts'

export const IMAGE_HOST = 'images1.vinted.net'

const thumbnails = [
  { type: 'thumb70x100', folder: '70x100', width: 70, height: 100, original: null },
  { type: 'thumb150x210', folder: '150x210', width: 150, height: 210, original: null },
  { type: 'thumb310x430', folder: '310x430', width: 310, height: 430, original: null },
  { type: 'thumb428x624', folder: 'f800', width: 321, height: 428, original: true },
  { type: 'thumb624x428', folder: 'f800', width: 468, height: 624, original: true },
  { type: 'thumb364x428', folder: 'f800', width: 273, height: 364, original: true },
] as const

/** The main photo of a listing, in the recorded shape. The first six digits of a link are its picture's colour. */
export function photoOf(listingId: number) {
  const digits = createHash('sha512').update(`photo ${listingId}`).digest('hex')
  const link = (folder: string, from: number): string =>
    `https://${IMAGE_HOST}/t/${digits.slice(0, 6)}${digits.slice(from, from + 18)}/${folder}/${digits.slice(from + 18, from + 26)}.webp?s=${digits.slice(from + 26, from + 66)}`
  const url = link('f800', 6)
  return {
    dominant_color: `#${digits.slice(0, 6).toUpperCase()}`,
    dominant_color_opaque: `#${digits.slice(6, 12).toUpperCase()}`,
    extra: {},
    full_size_url: link('tc', 16),
    height: 800,
    high_resolution: { id: digits.slice(90, 122), orientation: null },
    id: 1,
    image_no: 1,
    is_main: true,
    thumbnails: thumbnails.map(({ type, folder, width, height, original }, index) => ({
      height,
      original_size: original,
      type,
      url: original ? url : link(folder, 26 + 6 * index),
      width,
    })),
    url,
    width: 600,
  }
}

/** A hanger on the listing's colour; anything that is no photo path → 404. */
export function photoAnswer(path: string): Answer {
  const color = /^\/t\/([0-9a-f]{6})[0-9a-f]{18}\/[\w]+\/[0-9a-f]{8}\.webp$/.exec(path)?.[1]
  if (color === undefined) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' }
  const body =
    `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800" viewBox="0 0 60 80"><rect width="60" height="80" fill="#${color}"/>` +
    `<path d="M30 26v-4a4 4 0 1 1 4-4M30 26 10 44h40z" fill="none" stroke="#fff" stroke-opacity=".8" stroke-width="2"/></svg>`
  return { status: 200, headers: { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=86400' }, body }
}
