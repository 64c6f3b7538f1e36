/** Offsets and lengths in UTF-16 units, as Telegram counts them. */
export type Entity = { type: string; offset: number; length: number; url?: string; language?: string }
export type Formatted = { kind: 'parsed'; text: string; entities: Entity[] } | { kind: 'broken'; reason: string }

const entityTypes: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
}
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

type OpenTag = { name: string; attributes: ReadonlyMap<string, string>; offset: number }
type Token =
  | { text: string; length: number }
  | { open: Omit<OpenTag, 'offset'>; length: number }
  | { close: string; length: number }
  | { broken: string }

/** parse_mode HTML as the Bot API server reads it: a closed list of tags, all of them closed in order. */
export function parseHtml(source: string): Formatted {
  const open: OpenTag[] = []
  const entities: Entity[] = []
  let text = ''
  for (let at = 0; at < source.length;) {
    const token = nextToken(source, at)
    if ('broken' in token) return { kind: 'broken', reason: token.broken }
    if ('text' in token) text += token.text
    else if ('open' in token) open.push({ ...token.open, offset: text.length })
    else {
      const tag = open.pop()
      if (!tag) return { kind: 'broken', reason: `Unexpected end tag at byte offset ${byteOffset(source, at)}` }
      if (token.close !== '' && token.close !== tag.name) {
        return {
          kind: 'broken',
          reason: `Unmatched end tag at byte offset ${byteOffset(source, at)}, expected "</${tag.name}>", found "</${token.close}>"`,
        }
      }
      const entity = entityOf(tag, text)
      if (entity) entities.push(entity)
    }
    at += token.length
  }
  const unclosed = open.at(-1)
  if (unclosed) return { kind: 'broken', reason: `Can't find end tag corresponding to start tag "${unclosed.name}"` }
  return trimmed(text, entities)
}

function nextToken(source: string, at: number): Token {
  if (source[at] === '&') return characterReference(source, at)
  if (source[at] !== '<') {
    const end = source.slice(at).search(/[<&]/)
    const text = end === -1 ? source.slice(at) : source.slice(at, at + end)
    return { text, length: text.length }
  }
  const place = `at byte offset ${byteOffset(source, at)}`
  const close = sticky(/<\/([a-z0-9-]*)\s*>/iy, source, at)
  if (close) return { close: close[1]?.toLowerCase() ?? '', length: close[0].length }
  if (source[at + 1] === '/') return { broken: `Unclosed end tag ${place}` }
  const name = (sticky(/<([^\s>]*)/y, source, at)?.[1] ?? '').toLowerCase()
  const tag = sticky(/<[^\s>]*((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'|[\w.-]+)|\s+[a-z-]+)*)\s*>/iy, source, at)
  if (!source.slice(at).includes('>')) return { broken: `Unclosed start tag ${place}` }
  if (!(name in entityTypes)) return { broken: `Unsupported start tag "${name}" ${place}` }
  if (!tag) return { broken: `Expected equal sign in declaration of an attribute of the tag "${name}" ${place}` }
  const attributes = readAttributes(tag[1] ?? '')
  if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
    return { broken: `Tag "span" must have class "tg-spoiler" ${place}` }
  }
  return { open: { name, attributes }, length: tag[0].length }
}

function characterReference(source: string, at: number): Token {
  const match = sticky(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot));/iy, source, at)
  // An `&` that starts nothing known stays as it is.
  if (!match) return { text: '&', length: 1 }
  const [whole, decimal, hex, name] = match
  if (name !== undefined) return { text: named[name.toLowerCase()] ?? whole, length: whole.length }
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  const known = code > 0 && code <= 0x10ffff
  return { text: known ? String.fromCodePoint(code) : whole, length: whole.length }
}

function readAttributes(source: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', quoted, single, bare] of source.matchAll(
    /([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?/g,
  )) {
    const value = quoted ?? single ?? bare ?? ''
    attributes.set(
      name.toLowerCase(),
      value.replaceAll(/&(lt|gt|amp|quot);/g, (whole, word: string) => named[word] ?? whole),
    )
  }
  return attributes
}

function entityOf(tag: OpenTag, text: string): Entity | null {
  const type = entityTypes[tag.name]
  const length = text.length - tag.offset
  if (type === undefined || length === 0) return null
  const entity = { type, offset: tag.offset, length }
  if (type !== 'text_link') return entity
  const url = tag.attributes.get('href') ?? ''
  // A link to nowhere is plain text, not an error.
  return /^(https?|tg|mailto):/i.test(url) ? { ...entity, url } : null
}

function trimmed(text: string, entities: Entity[]): Formatted {
  const lead = text.length - text.trimStart().length
  const kept = text.trim()
  const moved = entities.flatMap((entity) => {
    const offset = Math.max(0, entity.offset - lead)
    const end = Math.min(kept.length, entity.offset - lead + entity.length)
    return end > offset ? [{ ...entity, offset, length: end - offset }] : []
  })
  return { kind: 'parsed', text: kept, entities: moved.sort((a, b) => a.offset - b.offset || b.length - a.length) }
}

function sticky(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(source)
}

const byteOffset = (source: string, at: number): number => Buffer.byteLength(source.slice(0, at))
