import { createHash, X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sandboxHosts } from './vinted/visit.ts'

export type Certificate = {
  certFile: string
  keyFile: string
  /** Base64 SHA-256 of the public key, for Chromium's `--ignore-certificate-errors-spki-list`. */
  spki: string
}

const DAY_MS = 24 * 60 * 60_000
const LIFE_DAYS = 30

/** The throw-away certificate of the sandbox in `dir` (made 0700, files 0600); kept while it is good for another day. */
export async function ensureCertificate(dir: string, now: number = Date.now()): Promise<Certificate> {
  const certFile = join(dir, 'sandbox-cert.pem')
  const keyFile = join(dir, 'sandbox-key.pem')
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const existing = await readCertificate(certFile, keyFile)
  if (existing && isGood(existing, now)) return { certFile, keyFile, spki: spkiOf(existing) }

  // Loaded only when needed: it costs 20 MB of memory.
  const { generate } = await import('selfsigned')
  const made = await generate([{ name: 'commonName', value: 'Vigie sandbox' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + LIFE_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: sandboxHosts.map((value) => ({ type: 2, value })) },
    ],
  })
  await writePrivately(keyFile, made.private)
  await writePrivately(certFile, made.cert)
  return { certFile, keyFile, spki: spkiOf(new X509Certificate(made.cert)) }
}

async function readCertificate(certFile: string, keyFile: string): Promise<X509Certificate | null> {
  try {
    await readFile(keyFile)
    return new X509Certificate(await readFile(certFile))
  } catch {
    // Missing or unreadable: both are mended by making a new one.
    return null
  }
}

const isGood = (certificate: X509Certificate, now: number): boolean =>
  certificate.validToDate.getTime() > now + DAY_MS &&
  sandboxHosts.every((host) => certificate.subjectAltName?.split(', ').includes(`DNS:${host}`))

const spkiOf = (certificate: X509Certificate): string =>
  createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')

async function writePrivately(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 })
  // An existing file keeps its mode on write.
  await chmod(file, 0o600)
}
