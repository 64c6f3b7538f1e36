export type Secret = { name: string; value: string }
/** Something that was written where people or programs can read it. */
export type Place = { where: string; text: string }

/** Shortened values leak as well: a preview of 60 characters, the end of a line. */
const PIECE_CHARS = 16

const piecesOf = (value: string): string[] =>
  value.length <= PIECE_CHARS + 8 ? [value] : [value.slice(0, PIECE_CHARS), value.slice(-PIECE_CHARS)]

/** What base64 makes of a text that stands somewhere inside of another: it depends on where, so there are three ways. */
function base64Inside(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    // Characters that hold bits of what stands before or after are left out.
    return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
  })
}

const withoutTail = (text: string): string => text.replace(/=+$/, '')

/** Each way a text may be written down, by its name. */
export const formsOf = (text: string): [form: string, written: string][] => [
  ['plain', text],
  ['URL-encoded', encodeURIComponent(text)],
  ['URL-encoded in small letters', encodeURIComponent(text).replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase())],
  ['JSON', JSON.stringify(text).slice(1, -1)],
  ['hex', Buffer.from(text).toString('hex')],
  ['hex in capitals', Buffer.from(text).toString('hex').toUpperCase()],
  ...base64Inside(text).flatMap((written): [string, string][] => [
    ['base64', withoutTail(written)],
    ['base64url', withoutTail(written).replaceAll('+', '-').replaceAll('/', '_')],
  ]),
]

/** Where any of the secrets can be read, or a piece of it, in whatever form. The answer itself tells no secret. */
export function findSecrets(secrets: readonly Secret[], places: readonly Place[]): string[] {
  const found = new Set<string>()
  for (const { name, value } of secrets) {
    // Where two forms are the same, the plainer one names it.
    const forms = new Map(
      piecesOf(value)
        .flatMap((piece) => formsOf(piece).map(([form, written]) => [written, form] as const))
        .reverse(),
    )
    for (const [written, form] of forms) {
      for (const { where, text } of places) if (text.includes(written)) found.add(`${name} (${form}) in ${where}`)
    }
  }
  return [...found].sort()
}
