export type Language = 'fr' | 'en'

/** As a terminal's programs choose it: the first of these that says something. */
export const terminalLanguage = ({ LC_ALL, LC_MESSAGES, LANG }: Record<string, string | undefined>): Language =>
  /^fr([_.@-]|$)/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'fr' : 'en'
