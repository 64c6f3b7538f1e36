import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { replaceTables } from '../../../bench/report/replace-tables.ts'

const document = [
  '# Measured',
  'by hand',
  '<!-- npm run bench -- parse --write -->',
  'an old table',
  '<!-- end of parse -->',
  'more by hand',
  '<!-- npm run bench -- model --write -->',
  '<!-- end of model -->',
  '',
].join('\n')

test('a bench’s new tables take the place of its old ones, and nothing else changes', () => {
  const written = replaceTables(document, 'parse', ['### one\n\n| a |\n', '### two\n'])
  assert.equal(written, document.replace('an old table\n', '\n### one\n\n| a |\n\n### two\n\n'))
  assert.equal(replaceTables(written, 'parse', ['### one\n\n| a |\n', '### two\n']), written)
})

test('a bench whose place holds nothing yet is written there', () => {
  assert.match(
    replaceTables(document, 'model', ['### new']),
    /model --write -->\n\n### new\n\n<!-- end of model -->\n$/,
  )
})

test('a bench that the document has no place for is refused, with the lines that make one', () => {
  assert.throws(
    () => replaceTables(document, 'streams', ['x']),
    /streams.*\n<!-- npm run bench -- streams --write -->\n/,
  )
  const noEnd = document.replace('<!-- end of parse -->\n', '')
  assert.throws(() => replaceTables(noEnd, 'parse', ['x']), /no place/)
})

test('docs/performance.md has a place for every bench there is', () => {
  const names = [...readFileSync('bench/run.ts', 'utf8').matchAll(/^ {2,4}(?:\{ )?name: '(\w+)',/gm)].map(
    ([, name]) => name,
  )
  assert.ok(names.length >= 11, names.join(', '))
  const performance = readFileSync('docs/performance.md', 'utf8')
  for (const name of names) assert.doesNotThrow(() => replaceTables(performance, name ?? '', []), name)
})
