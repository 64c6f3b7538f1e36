import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPublicLookup } from '#shared/net/public-lookup.ts'

const lookupOf = (...addresses: string[]) => lookupIn(undefined, ...addresses)
const lookupIn = (family: 4 | undefined, ...addresses: string[]) => {
  const lookup = createPublicLookup((_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  )
  return new Promise<unknown>((resolve) =>
    lookup('www.vinted.fr', { all: true, ...(family && { family }) }, (error, found) =>
      resolve(error?.message ?? found),
    ),
  )
}

test('a name of the site with public addresses is connected to', async () => {
  assert.deepEqual(await lookupOf('104.16.1.1'), [{ address: '104.16.1.1', family: 4 }])
})

test('who wants IPv4 gets IPv4 only, and hears when there is none', async () => {
  assert.deepEqual(await lookupIn(4, '2606:4700::1', '104.16.1.1'), [{ address: '104.16.1.1', family: 4 }])
  assert.deepEqual(await lookupIn(4, '2606:4700::1'), 'www.vinted.fr has no IPv4 address')
  assert.match(String(await lookupIn(4, '104.16.1.1', 'fdaa::3')), /is not public/)
})

test('a name that flips to an address that is not public is refused, even beside a public one', async () => {
  const inner = [
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.168.1.1',
    '::1',
    'fdaa::3',
    'fe80::1',
    '::ffff:7f00:1',
    '0.0.0.0',
  ]
  for (const address of inner) {
    assert.match(String(await lookupOf('104.16.1.1', address)), /is not public/, address)
  }
})
