import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ensureCertificate } from '../../../../local/sandbox/certificate.ts'
import { markets } from '../../../../shared/marketplaces/vinted/markets.ts'

const DAY_MS = 24 * 60 * 60_000

test('one certificate names every host of every market, stays private, and is kept while it is good for a day', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'vigie-certificate-'))
  t.after(() => rm(parent, { recursive: true }))
  const dir = join(parent, 'made')
  const now = Date.now()

  const first = await ensureCertificate(dir, now)
  const names = new X509Certificate(await readFile(first.certFile)).subjectAltName ?? ''
  for (const host of ['images1.vinted.net', ...markets.flatMap((market) => [`www.${market.host}`, market.apiHost])]) {
    assert.ok(names.includes(`DNS:${host}`), host)
  }
  assert.match(first.spki, /^[A-Za-z0-9+/]{43}=$/)
  assert.equal((await stat(dir)).mode & 0o777, 0o700)
  for (const file of [first.certFile, first.keyFile]) assert.equal((await stat(file)).mode & 0o777, 0o600)

  assert.deepEqual(await ensureCertificate(dir, now), first)
  const renewed = await ensureCertificate(dir, now + 29.5 * DAY_MS)
  assert.notEqual(renewed.spki, first.spki)
  await writeFile(renewed.certFile, 'spoilt')
  assert.notEqual((await ensureCertificate(dir, now)).spki, renewed.spki)
})
