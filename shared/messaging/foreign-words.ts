const MOST_CHARACTERS = 200

/**
 * What a receiver said, fit for a dead letter: one line, short, and without addresses or long runs of letters and digits, which
 * may be somebody's token.
 */
export function foreignWords(text: string): string {
  const words = text
    .replaceAll(/https?:\/\/\S+/gi, '[link]')
    .replaceAll(/[\w+/=-]{24,}/g, '[…]')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  const characters = Array.from(words)
  return characters.length <= MOST_CHARACTERS ? words : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`
}
