import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { seal, unseal, UnreadableSealError } from '#shared/seal.ts'

const key = randomBytes(32).toString('base64')
const ROW = 'scraping_cookies:fr:worker-fr'
const refuses = (sealed: string, withKey = key, row = ROW) =>
  assert.throws(() => unseal(sealed, withKey, row), UnreadableSealError)

test('what is sealed can be read with the same key for the same row', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, row) => {
      assert.equal(unseal(seal(plain, key, row), key, row), plain)
    }),
  )
})

test('a value copied to another row cannot be read there', () => {
  refuses(seal('jar', key, ROW), key, 'scraping_cookies:nl:worker-fr')
})

test('another key does not read it, nor does something that is no key', () => {
  refuses(seal('jar', key, ROW), randomBytes(32).toString('base64'))
  refuses(seal('jar', key, ROW), 'short')
})

test('a shortened tag is refused', () => {
  const [version, id, nonce, tag = '', data] = seal('jar', key, ROW).split('.')
  for (const bytes of [4, 8, 12, 15]) {
    const short = Buffer.from(tag, 'base64url').subarray(0, bytes).toString('base64url')
    refuses([version, id, nonce, short, data].join('.'))
  }
})

test('any change of any part is noticed', () => {
  const parts = seal('a jar of cookies', key, ROW).split('.')
  for (const place of [1, 2, 3, 4]) {
    const bytes = Buffer.from(parts[place] ?? '', 'base64url')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    refuses(parts.with(place, place === 1 ? '00000000' : bytes.toString('base64url')).join('.'))
  }
  for (const nonsense of ['', 'v1', 'v1....', 'x.y']) refuses(nonsense)
})

test('the same value is sealed differently each time and shows neither itself nor the key', () => {
  const [one, two] = [seal('secret jar', key, ROW), seal('secret jar', key, ROW)]
  assert.notEqual(one, two)
  for (const part of one.split('.')) assert.ok(!Buffer.from(part, 'base64url').toString().includes('secret'))
  assert.ok(!one.includes(key.slice(0, 10)))
})
