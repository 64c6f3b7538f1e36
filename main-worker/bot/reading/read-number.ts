/** `3 2h` → the alert's number in the list and what follows it; without a number the whole text follows. */
export function readNumber(argument: string): { number: number | null; rest: string } {
  const [, digits, rest = ''] = /^(?:n°|#)?\s*(\d{1,5})(?:\s+([\s\S]*))?$/i.exec(argument.trim()) ?? []
  return digits === undefined ? { number: null, rest: argument.trim() } : { number: Number(digits), rest: rest.trim() }
}
