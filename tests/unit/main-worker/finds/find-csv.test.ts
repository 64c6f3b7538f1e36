import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { csvLine, csvText, findCsv } from '../../../../main-worker/finds/find-csv.ts'
import { fakeDatabase } from '../../shared/fake-database.ts'
import { makeFound } from '../../shared/make-listing.ts'
import { makeFind } from './make-find.ts'

describe('the file of finds', () => {
  test('quotes what holds a comma, a quote or a line break, and doubles quotes', () => {
    assert.equal(csvText('a, b'), '"a, b"')
    assert.equal(csvText('a "b"'), '"a ""b"""')
    assert.equal(csvText('a\nb'), '"a\nb"')
    assert.equal(csvText('plain'), 'plain')
    assert.equal(csvText(null), '')
  })

  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '\n=1'])
    test(`what a spreadsheet would calculate is a text: ${JSON.stringify(text)}`, () => {
      assert.match(csvText(text), /^"?'/)
    })

  test('a title of a stranger cannot reach another column', () => {
    const line = csvLine(makeFind({ listing: makeFound({ title: '=HYPERLINK("https://evil.example","x"),99' }) }))
    assert.ok(line.includes(`"'=HYPERLINK(""https://evil.example"",""x""),99"`))
    assert.ok(line.endsWith('\r\n'))
  })

  test('is read a thousand finds at a time, each page behind the last', async () => {
    const all = Array.from({ length: 1_500 }, (_, place) => makeFind({ itemId: 5_000 - place }))
    const database = fakeDatabase({
      list_finds: ({ most, before }) => {
        const from = before ? all.findIndex(({ itemId }) => itemId === before.itemId) + 1 : 0
        return all.slice(from, from + most)
      },
    })
    const parts: string[] = []
    for await (const part of findCsv({ database }, { market: 'fr' }, 'somebody')) parts.push(part)
    const lines = parts.join('').split('\r\n')
    assert.ok(lines[0]?.startsWith('\ufefffoundAt,alert,'))
    assert.equal(lines.length, 1 + 1_500 + 1)
    assert.equal(new Set(lines).size, lines.length)
    assert.deepEqual(
      database.argsOf('list_finds').map((args) => (args as { person_id: string }).person_id),
      ['somebody', 'somebody'],
    )
  })

  test('an empty history is a file with its head', async () => {
    const database = fakeDatabase({ list_finds: () => [] })
    const parts: string[] = []
    for await (const part of findCsv({ database }, {}, null)) parts.push(part)
    assert.equal(parts.join('').split('\r\n').length, 2)
  })
})
