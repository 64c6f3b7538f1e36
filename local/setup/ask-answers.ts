import { confirm, input, password, select } from '@inquirer/prompts'
import { checkValue, tidyValue } from './check-value.ts'
import type { TextName } from './finding.ts'
import { storedValues } from './plan-env-files.ts'
import { ORG, PREFIX } from './plan-setup.ts'
import { keyTips, yesAndNo } from './prompt-themes.ts'
import { languages, wordsOf } from './render-setup.ts'
import type { Language } from './terminal-language.ts'
import { askedNames, variables } from './variables.ts'
import type { AskedName, Target, Values } from './variables.ts'

/** Ctrl-C in a question throws this; its class is not exported by what we ask with. */
export const isInterrupted = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError'

export function askTarget(language: Language, preset: Target): Promise<Target> {
  const t = languages[language].questions
  return select({
    message: t.target,
    default: preset,
    theme: keyTips(language),
    choices: [
      { name: t.targetFly, value: 'fly' as const },
      { name: t.targetHome, value: 'home' as const },
    ],
  })
}

export const askToWrite = (language: Language): Promise<boolean> =>
  confirm({ message: languages[language].questions.write, default: true, theme: yesAndNo(language) })

async function askLike(
  pattern: RegExp,
  [message, preset]: [string, string],
  problem: TextName & ('nameWrong' | 'orgWrong'),
  language: Language,
): Promise<string> {
  const wants = (got: string): string => languages[language].texts[problem]({ got }).todo ?? ''
  return input({ message, default: preset, validate: (value) => pattern.test(value.trim()) || wants(value) }).then(
    (value) => value.trim(),
  )
}

/** Prefix and organisation. A prefix that the files have already is no wish to rename anything: null. */
export async function askNames(
  language: Language,
  { prefix, name, org }: { prefix: string | null; name: string | null; org: string },
): Promise<{ name: string | null; org: string }> {
  const t = languages[language].questions
  const preset = name ?? prefix
  // Main has a name that somebody chose by hand: it is not asked away.
  const chosen = preset === null ? null : await askLike(PREFIX, [t.name, preset], 'nameWrong', language)
  return {
    name: chosen === prefix ? null : chosen,
    org: await askLike(ORG, [t.org, org], 'orgWrong', language),
  }
}

const REMOVE = '-'

/** What Enter and `-` do, where they do something. */
function hintOf(name: AskedName, isKnown: boolean, language: Language): string {
  const { questions, whenEmpty } = languages[language]
  const { isSecret, source } = variables[name]
  const hints = isKnown
    ? [...(isSecret ? [questions.keep] : []), ...(source === 'optional' ? [questions.remove] : [])]
    : name in whenEmpty
      ? [whenEmpty[name as keyof typeof whenEmpty]]
      : []
  return hints.length === 0 ? '' : ` (${hints.join(', ')})`
}

/** Null: nothing was said, what is there stays. Empty: what is there goes. */
async function askVariable(name: AskedName, known: string | undefined, language: Language): Promise<string | null> {
  const { questions, settings } = languages[language]
  const { isSecret, source, example } = variables[name]
  const isRemoval = (value: string) => value === REMOVE && source === 'optional'
  const validate = (text: string): true | string => {
    const value = tidyValue(name, text)
    if (isRemoval(value)) return true
    if (value === '') return known !== undefined || source === 'optional' || questions.needed(example)
    const problem = checkValue(name, value)
    if (problem?.state !== 'broken') return true
    const { says, todo = '' } = wordsOf(problem, language)
    return `${says}. ${todo}`
  }
  const message = `${settings[name]}${hintOf(name, known !== undefined, language)}`
  const theme = keyTips(language)
  const text = isSecret
    ? await password({ message, mask: '*', validate, theme })
    : await input({ message, validate, ...(known === undefined ? {} : { default: known }) })
  const value = tidyValue(name, text)
  return isRemoval(value) ? '' : value || null
}

/** What is there already is the default of every question; a secret that is there is not shown. */
export async function askVariables(
  target: Target,
  { answers, environment, envTexts }: { answers: Values; environment: Values; envTexts: Record<string, string> },
  language: Language,
): Promise<Values> {
  const known: Values = { ...environment, ...storedValues(target, envTexts), ...answers }
  const given: Values = { ...answers }
  for (const name of askedNames[target]) {
    // An id without a bot is of no use.
    if (name === 'TELEGRAM_CHAT_ID' && !(given.TELEGRAM_BOT_TOKEN ?? known.TELEGRAM_BOT_TOKEN)) {
      if (known[name] !== undefined) given[name] = ''
      continue
    }
    const value = await askVariable(name, known[name], language)
    if (value !== null) given[name] = value
  }
  return given
}
