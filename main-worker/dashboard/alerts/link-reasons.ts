import type { Language } from '#shared/outbox/texts.ts'

type Reason = readonly [pattern: RegExp, words: (...parts: string[]) => string]

/** What parse-search-url says in English, in French. A reason that is not here stays as it is; a test walks all of them. */
const french: readonly Reason[] = [
  [/^not a search page$/, () => 'pas une page de recherche'],
  [/^not a price$/, () => 'pas un prix'],
  [/^ids are whole numbers$/, () => 'les identifiants sont des nombres entiers'],
  [/^given again with another value$/, () => 'donné deux fois, la dernière valeur compte'],
  [/^longer than (\d+) characters$/, (most) => `plus de ${most} caractères`],
  [/^an alert always looks at the newest first$/, () => 'une alerte regarde toujours les plus récentes d’abord'],
  [/^prices of this market are in (\w+)$/, (currency) => `les prix de ce site sont en ${currency}`],
  [/^unknown parameter$/, () => 'paramètre inconnu'],
  [/^nothing was pasted$/, () => 'rien n’a été collé'],
  [/^the link is longer than (\d+) characters$/, (most) => `le lien dépasse ${most} caractères`],
  [/^the link holds a space/, () => 'pas un lien, ou un lien avec une espace : collez le lien seul'],
  [/^the link holds a backslash/, () => 'le lien contient une barre oblique inverse ou un caractère de contrôle'],
  [/^this is not a link$/, () => 'ce n’est pas un lien'],
  [/^links start with https:\/\/ \(got (.*)\)$/, (got) => `un lien commence par https:// (reçu : ${got})`],
  [/^the link holds a user name$/, () => 'le lien contient un nom d’utilisateur'],
  [/^the link names a port \((.*)\)$/, (port) => `le lien nomme un port (${port})`],
  [/^(.*) is not a Vinted site$/, (host) => `${host} n’est pas un site de Vinted`],
  [
    /^the link holds (\d+) (\w+) ids, more than (\d+)$/,
    (n, name, most) => `le lien contient ${n} identifiants (${name}), plus de ${most}`,
  ],
  [
    /^the link holds no search/,
    () => 'le lien ne contient pas de recherche : ni mots, ni catégorie, ni marque, ni autre filtre',
  ],
]

/** Why a link, or a part of it, was left out, in the language of who reads. */
export function linkReason(reason: string, language: Language): string {
  if (language === 'en') return reason
  for (const [pattern, words] of french) {
    const match = pattern.exec(reason)
    if (match) return words(...match.slice(1))
  }
  return reason
}
