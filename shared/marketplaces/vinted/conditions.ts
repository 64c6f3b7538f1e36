/** Condition ids of the site and their words per language. A word that is not here is kept as text, never guessed. */
const words: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  6: { en: 'New with tags', fr: 'Neuf avec étiquette', nl: 'Nieuw met prijskaartje', it: 'Nuovo con cartellino' },
  1: {
    en: 'New without tags',
    fr: 'Neuf sans étiquette',
    nl: 'Nieuw zonder prijskaartje',
    it: 'Nuovo senza cartellino',
  },
  2: { en: 'Very good', fr: 'Très bon état', nl: 'Heel goed', it: 'Ottime' },
  3: { en: 'Good', fr: 'Bon état', nl: 'Goed', it: 'Buone' },
  4: { en: 'Satisfactory', fr: 'Satisfaisant', nl: 'Veelgebruikt', it: 'Discrete' },
}

export const conditionIds: readonly number[] = Object.keys(words).map(Number)

const ids = new Map(
  Object.entries(words).flatMap(([id, byLanguage]) =>
    Object.entries(byLanguage).map(([language, word]) => [`${language}:${word.toLowerCase()}`, Number(id)] as const),
  ),
)

const languageOf = (locale: string): string => locale.slice(0, 2)

/** `Neuf avec étiquette`, `fr-FR` → 6; a word of another language or an unknown one → null. */
export const conditionId = (word: string, locale: string): number | null =>
  ids.get(`${languageOf(locale)}:${word.trim().toLowerCase()}`) ?? null

const known = new Set([...ids.keys()].map((key) => key.slice(key.indexOf(':') + 1)))

/** A condition word that we know, and that belongs to another language. */
export const isForeignCondition = (word: string, locale: string): boolean =>
  conditionId(word, locale) === null && known.has(word.trim().toLowerCase())

/** The word a market's site shows for an id; markets whose words are not recorded show English. */
export const conditionWord = (id: number, locale: string): string | null =>
  words[id]?.[languageOf(locale)] ?? words[id]?.['en'] ?? null

/** Languages whose condition words we know: only there can a foreign page be told by its words. */
export const hasConditionWords = (locale: string): boolean => words[6]?.[languageOf(locale)] !== undefined
