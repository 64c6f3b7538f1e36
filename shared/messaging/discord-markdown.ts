/** Whatever means something in Discord's text: markup, links, mentions, emoji names, time stamps. */
const MEANINGFUL = /[\\*_~`|<>[\]()#:@-]/

/** Controls that reverse or hide the text around them, and line breaks. */
const CONTROLS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/gu

const escapeOne = (character: string): string => (MEANINGFUL.test(character) ? `\\${character}` : character)

/**
 * Text by strangers as text: one line, every meaningful character escaped, at most `most` characters with its escapes. Cut by
 * code points and before escaping, so that neither an emoji nor an escape is ever halved.
 */
export function discordText(text: string, most: number): string {
  const pieces = Array.from(text.replaceAll(CONTROLS, ' ').trim(), escapeOne)
  let length = 0
  const end = pieces.findIndex((piece) => (length += piece.length) > most)
  if (end === -1) return pieces.join('')
  let short = pieces.slice(0, end)
  while (short.join('').length > most - 1) short = short.slice(0, -1)
  return `${short.join('')}…`
}
