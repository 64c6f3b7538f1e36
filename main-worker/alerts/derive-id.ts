import { createHash } from 'node:crypto'

/**
 * The id of what is made out of a draft: the same draft sent twice (a double click, a page loaded again) is made once, another
 * content is something else. A version 8 UUID, which nobody can aim at an id that exists.
 */
export function deriveId(draft: string, content: unknown): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([draft, content]))
    .digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
