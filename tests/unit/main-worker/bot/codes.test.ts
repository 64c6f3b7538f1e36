import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCode } from '../../../../main-worker/bot/reading/read-code.ts'
import { makeCode } from '../../../../main-worker/people/codes.ts'

test('a code has eight characters that nobody mixes up', () => {
  assert.match(makeCode(), /^[ABCDEFGHJKMNPQRSTUVWXYZ2-9]{8}$/)
  assert.notEqual(makeCode(), makeCode())
})

const starts: [text: string, code: string | null][] = [
  ['/start ABCD2345', 'ABCD2345'],
  ['/start abcd2345', 'ABCD2345'],
  ['/start@VigieBot ABCD2345 ', 'ABCD2345'],
  ['/start@OtherBot ABCD2345', null],
  ['/start', null],
  ['/start ABCD2345 x', null],
  ['ABCD2345', null],
  ['/startABCD2345', null],
  ['/help ABCD2345', null],
]
for (const [text, code] of starts)
  test(`"${text}" ${code === null ? 'holds no code' : `holds the code ${code}`}`, () =>
    assert.equal(startCode(text, '@VigieBot'), code))
