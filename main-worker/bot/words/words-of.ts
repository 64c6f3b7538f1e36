import type { Language } from '#shared/outbox/texts.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import type { BotTexts } from './french.ts'

export const wordsOf = (language: Language): BotTexts => (language === 'fr' ? french : english)
