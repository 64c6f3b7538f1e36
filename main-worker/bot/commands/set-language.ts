import type { Answer, Asked } from '../asked.ts'
import { pressData } from '../reading/read-press.ts'
import { message } from '../words/compose.ts'
import { wordsOf } from '../words/words-of.ts'

const NAMES = { fr: 'Français', en: 'English' }

function readLanguage(argument: string): 'fr' | 'en' | null {
  if (/^(?:fr|fran[cç]ais|french)$/i.test(argument)) return 'fr'
  return /^(?:en|english|anglais)$/i.test(argument) ? 'en' : null
}

/** `/lang en`: the bot's answers and the finds of this person's alerts; without a language: which one? */
export async function setLanguage({ context, person, t }: Asked, argument: string): Promise<Answer> {
  const language = readLanguage(argument.trim())
  if (language === null) {
    const row = (['fr', 'en'] as const).map((each) => ({
      label: NAMES[each],
      data: pressData({ verb: 'lang', language: each }),
    }))
    return { replies: [message([t.langWhich], [row])] }
  }
  await context.database.call('update_person', { id: person.id, changes: { language } })
  const said = wordsOf(language).langSet
  return { replies: [message([said])], toast: said, language }
}
