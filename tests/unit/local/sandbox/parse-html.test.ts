import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHtml } from '../../../../local/sandbox/telegram/parse-html.ts'

const reasonOf = (source: string): string | null => {
  const formatted = parseHtml(source)
  return formatted.kind === 'broken' ? formatted.reason : null
}

test('markup becomes entities with offsets in UTF-16 units', () => {
  assert.deepEqual(
    parseHtml('😀 <b>Veste <i>bleue</i></b> &lt;3 <a href="https://www.vinted.fr/items/1?a=1&amp;b=2">ici</a>'),
    {
      kind: 'parsed',
      text: '😀 Veste bleue <3 ici',
      entities: [
        { type: 'bold', offset: 3, length: 11 },
        { type: 'italic', offset: 9, length: 5 },
        { type: 'text_link', offset: 18, length: 3, url: 'https://www.vinted.fr/items/1?a=1&b=2' },
      ],
    },
  )
})

test('an unknown tag or a bare < is refused with its byte offset', () => {
  assert.equal(reasonOf('é <h1>x</h1>'), 'Unsupported start tag "h1" at byte offset 3')
  assert.equal(reasonOf('2 < 3 and 4 > 3'), 'Unsupported start tag "" at byte offset 2')
  assert.equal(reasonOf('<span>x</span>'), 'Tag "span" must have class "tg-spoiler" at byte offset 0')
})

test('tags must be closed, in order', () => {
  assert.equal(reasonOf('<b>x'), 'Can\'t find end tag corresponding to start tag "b"')
  assert.equal(reasonOf('<b><i>x</b></i>'), 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"')
  assert.equal(reasonOf('x</b>'), 'Unexpected end tag at byte offset 1')
  assert.equal(reasonOf('x <b'), 'Unclosed start tag at byte offset 2')
})

test('an & that starts no known reference stays as it is', () => {
  const formatted = parseHtml('H&M &eacute; &#39;&#x41;&amp;lt;')
  assert.equal(formatted.kind === 'parsed' && formatted.text, "H&M &eacute; 'A&lt;")
})

test('space around the text is cut and entities move with it', () => {
  assert.deepEqual(parseHtml('  <b>x</b> \n'), {
    kind: 'parsed',
    text: 'x',
    entities: [{ type: 'bold', offset: 0, length: 1 }],
  })
})

test('a link to nowhere is plain text', () => {
  assert.deepEqual(parseHtml('<a href="/items/1">x</a>'), { kind: 'parsed', text: 'x', entities: [] })
})
