import { createHash, randomBytes } from 'node:crypto'

/** Without letters and digits that look alike. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const CODE_LENGTH = 8

/** 31^8 codes, each good for one use within minutes: nobody guesses one. Typed by people. */
export const makeCode = (bytes: Uint8Array = randomBytes(CODE_LENGTH)): string =>
  Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('')

/** 256 bits that nobody types: links and cookies. */
export const makeToken = (): string => randomBytes(32).toString('base64url')

/** The database knows codes and tokens by this only (hex). */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
