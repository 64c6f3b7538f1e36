import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Sealed with another key, for another row, or changed: it is of no use any more. */
export class UnreadableSealError extends Error {
  constructor(cause: unknown) {
    super('sealed value cannot be read with this key', { cause })
    this.name = 'UnreadableSealError'
  }
}

// Explicit: without it Node accepts a tag of 4 bytes.
const options = { authTagLength: 16 }

/** Which key sealed a value, without telling the key. */
const keyId = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8)

/**
 * AES-256-GCM. `key` is 32 bytes in base64; `row` names the place the value belongs to (`table:market:worker`), so that a
 * value copied to another row cannot be read there. Format: `v1.<key id>.<nonce>.<tag>.<data>`.
 */
export function seal(plain: string, key: string, row: string): string {
  const bytes = Buffer.from(key, 'base64')
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce, options).setAAD(Buffer.from(`${row}:${keyId(bytes)}`))
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return ['v1', keyId(bytes), ...[nonce, cipher.getAuthTag(), data].map((part) => part.toString('base64url'))].join('.')
}

/** Throws UnreadableSealError. */
export function unseal(sealed: string, key: string, row: string): string {
  const bytes = Buffer.from(key, 'base64')
  const [, id = '', nonce = '', tag = '', data = ''] = sealed.split('.')
  try {
    const decipher = createDecipheriv('aes-256-gcm', bytes, Buffer.from(nonce, 'base64url'), options)
      .setAAD(Buffer.from(`${row}:${id}`))
      .setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(data, 'base64url')), decipher.final()]).toString('utf8')
  } catch (error) {
    throw new UnreadableSealError(error)
  }
}
