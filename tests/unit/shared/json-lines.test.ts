import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collect } from './collect.ts'
import { readJsonLines, writeJsonLines } from '#shared/json-lines.ts'

async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part)
}
const read = (...parts: string[]) => collect(readJsonLines(chunks(parts.map((part) => Buffer.from(part)))))

test('each line is one value, blank lines are nothing', async () => {
  assert.deepEqual(await read('{"a":1}\n\n  \n[2]\r\n"3"\n'), [{ a: 1 }, [2], '3'])
  assert.deepEqual(await read(), [])
})

test('an unfinished last line is ignored: its sender died', async () => {
  assert.deepEqual(await read('{"a":1}\n{"b":'), [{ a: 1 }])
  assert.deepEqual(await read('{"a":1}'), [])
})

test('a finished line that is no JSON is an error', async () => {
  await assert.rejects(read('{"a":1}\nnonsense\n'), SyntaxError)
})

test('a line that never ends is refused before it fills the memory', async () => {
  const megabyte = 'x'.repeat(1024 * 1024)
  await assert.rejects(read('"', megabyte, megabyte), /a line of more than/)
})

test('what is written is read again, however the bytes are cut', async () => {
  const values = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(values, fc.integer({ min: 1, max: 9 }), async (values, size) => {
      const json = values.map((value) => JSON.stringify(value))
      const written = await collect(writeJsonLines(chunksOf(values)))
      const bytes = Buffer.from(written.join(''))
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, place) =>
        bytes.subarray(place * size, (place + 1) * size),
      )
      const got = await collect(readJsonLines(chunks(parts)))
      assert.deepEqual(
        got.map((value) => JSON.stringify(value)),
        json,
      )
    }),
    { numRuns: 50 },
  )
})

async function* chunksOf(values: readonly unknown[]): AsyncGenerator {
  for (const value of values) yield await Promise.resolve(value)
}

test('a reader that stops early ends its source', async () => {
  let isEnded = false
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(Buffer.from('{"n":1}\n'))
    } finally {
      isEnded = true
    }
  }
  for await (const value of readJsonLines(endless())) {
    assert.deepEqual(value, { n: 1 })
    break
  }
  assert.ok(isEnded)
})
