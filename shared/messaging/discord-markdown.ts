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
  const pieces = Array.from(text.toWellFormed().replaceAll(CONTROLS, ' ').trim(), escapeOne)
  const whole = pieces.join('')
  if (whole.length <= most) return whole
  let short = ''
  for (const piece of pieces) {
    if (short.length + piece.length >= most) break
    short += piece
  }
  return `${short}…`
}
