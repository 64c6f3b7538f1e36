import { styleText } from 'node:util'
import { languages } from './render-setup.ts'
import type { Language } from './terminal-language.ts'

/** The library's line about its keys, which is English, in the language of the questions. */
export function keyTips(language: Language) {
  const { keys } = languages[language]
  const wordOf = (action: string): string => keys[action as keyof typeof keys] ?? action
  return {
    style: {
      keysHelpTip: (tips: [key: string, action: string][]) =>
        tips.map(([key, action]) => `${styleText('bold', key)} ${styleText('dim', wordOf(action))}`).join(' • '),
    },
  }
}

/** The same for yes and no; the English y and n are taken in any language. */
export function yesAndNo(language: Language) {
  const { yes, no } = languages[language].questions
  return { keywords: { yes, no, error: () => `${yes} / ${no}` } }
}
