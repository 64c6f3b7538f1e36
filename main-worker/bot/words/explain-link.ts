import type { IgnoredPart } from '#shared/marketplaces/vinted/parse-search-url.ts'
import type { BotTexts } from './french.ts'

/** Why `parseSearchUrl` refused a link, by the words it says to programs. */
export function explainRefusedLink(reason: string, { linkProblems }: BotTexts): string {
  if (reason.includes('holds no search')) return linkProblems.noSearch
  if (reason.includes('longer than')) return linkProblems.tooLong
  if (/holds \d+ .* ids/.test(reason)) return linkProblems.tooManyIds
  return linkProblems.unreadable
}

const ignoredReasons: readonly [RegExp, keyof BotTexts['ignoredParts']][] = [
  [/newest first/, 'order'],
  [/prices of this market/, 'currency'],
  [/^ids are/, 'ids'],
  [/^not a price/, 'price'],
  [/^not a search page/, 'path'],
  [/given again/, 'repeated'],
  [/^longer than/, 'long'],
]

export const explainIgnored = ({ reason }: IgnoredPart, { ignoredParts }: BotTexts): string =>
  ignoredParts[ignoredReasons.find(([words]) => words.test(reason))?.[1] ?? 'unknown']
