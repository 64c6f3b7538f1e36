import { confirm, input, password, select } from '@inquirer/prompts'
import { checkValue, tidyValue } from './check-value.ts'
import type { TextName } from './finding.ts'
import { storedValues } from './plan-env-files.ts'
import { ORG, PREFIX } from './plan-setup.ts'
import { languages, wordsOf } from './render-setup.ts'
import type { Language } from './setup-options.ts'
import { askedNames, variables } from './variables.ts'
import type { Target, Values, VariableName } from './variables.ts'

/** Ctrl-C in a question throws this; its class is not exported by what we ask with. */
export const isInterrupted = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError'

export function askTarget(language: Language, preset: Target): Promise<Target> {
  const t = languages[language].questions
  return select({
    message: t.target,
    default: preset,
    choices: [
      { name: t.targetFly, value: 'fly' as const },
      { name: t.targetHome, value: 'home' as const },
    ],
  })
}

export const askToWrite = (language: Language): Promise<boolean> =>
  confirm({ message: languages[language].questions.write, default: true })

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

async function askVariable(name: VariableName, known: string | undefined, language: Language): Promise<string> {
  const { questions } = languages[language]
  const { isSecret, source } = variables[name]
  const validate = (text: string): true | string => {
    const value = tidyValue(name, text)
    if (value === '' && (known !== undefined || source === 'optional')) return true
    if (value === '') return languages[language].texts.missing({ example: variables[name].example }).says
    const problem = checkValue(name, value)
    if (problem?.state !== 'broken') return true
    const { says, todo = '' } = wordsOf(problem, language)
    return `${says}. ${todo}`
  }
  const message = questions[name as keyof typeof questions]
  const text = isSecret
    ? await password({ message: known === undefined ? message : `${message} ${questions.keep}`, mask: '*', validate })
    : await input({ message, validate, ...(known === undefined ? {} : { default: known }) })
  return tidyValue(name, text)
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
    if (name === 'TELEGRAM_CHAT_ID' && (given.TELEGRAM_BOT_TOKEN ?? known.TELEGRAM_BOT_TOKEN) === undefined) continue
    const value = await askVariable(name, known[name], language)
    if (value !== '') given[name] = value
  }
  return given
}
