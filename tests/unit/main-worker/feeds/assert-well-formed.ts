import assert from 'node:assert/strict'

const TOKEN =
  /<(?<end>\/?)(?<name>[A-Za-z][\w:.-]*)(?<attributes>(?:\s+[A-Za-z][\w:.-]*="[^"<]*")*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y

/** What XML 1.0 allows at all. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i

export type Element = { name: string; attributes: Record<string, string>; text: string; children: Element[] }

const decode = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/**
 * Reads a document as strictly as XML asks, without what feeds do not need (comments, CDATA, instructions, doctypes): every
 * element closed in order, every attribute quoted, no stray `<` or `&`, no forbidden character. Answers the root element.
 */
export function assertWellFormed(xml: string): Element {
  const [, body = ''] =
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n([\s\S]*)$/.exec(xml) ?? assert.fail('no declaration')
  assert.doesNotMatch(body, FORBIDDEN)
  assert.doesNotMatch(body, BARE_AMPERSAND)
  const root: Element = { name: '', attributes: {}, text: '', children: [] }
  const open = [root]
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < body.length) {
    const at = TOKEN.lastIndex
    const token = TOKEN.exec(body)?.groups ?? assert.fail(`stray markup at ${at}: ${body.slice(at, at + 60)}`)
    const parent = open.at(-1) ?? assert.fail('closed too often')
    const { name = '', text, end, empty, attributes = '' } = token
    if (text !== undefined) {
      parent.text += decode(text)
    } else if (end) {
      assert.equal(parent.name, name)
      open.pop()
    } else {
      const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, key, value]) => [
        key,
        decode(value ?? ''),
      ])
      const element: Element = { name, attributes: Object.fromEntries(pairs), text: '', children: [] }
      assert.equal(pairs.length, Object.keys(element.attributes).length, 'an attribute stands twice')
      parent.children.push(element)
      if (!empty) open.push(element)
    }
  }
  assert.deepEqual([open.length, root.children.length, root.text.trim()], [1, 1, ''])
  return root.children[0] ?? assert.fail('no root')
}

export const childrenOf = (element: Element | undefined, name: string): Element[] =>
  element?.children.filter((child) => child.name === name) ?? []

export const textOf = (element: Element | undefined, name: string): string => childrenOf(element, name)[0]?.text ?? ''
