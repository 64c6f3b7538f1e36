/** An entry between quotes may hold a comma; two quotes inside it are one. */
const ENTRY = /"((?:[^"]|"")*)"(?=\s*(?:[,\n]|$))|[^,\n]+/g

/** What a person typed into a list: one entry a line, or several with commas between them. Blanks and repeats are left out. */
export const splitEntries = (text: string): string[] => [
  ...new Set(
    Array.from(text.replaceAll('\r', '').matchAll(ENTRY), ([whole, quoted]) =>
      (quoted === undefined ? whole : quoted.replaceAll('""', '"')).trim(),
    ).filter((entry) => entry !== ''),
  ),
]

/** The other way round: what is read again is the same list. */
export const joinEntries = (entries: readonly string[]): string =>
  entries.map((entry) => (/[,"\n]/.test(entry) ? `"${entry.replaceAll('"', '""')}"` : entry)).join('\n')
