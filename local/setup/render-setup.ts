import type { Words } from '../doctor/texts-en.ts'
import { flyUrl } from '../fly-apps.ts'
import { readEnvText } from './env-file.ts'
import type { Finding } from './finding.ts'
import { judgeTools } from './judge-tools.ts'
import type { ToolFacts } from './judge-tools.ts'
import type { PlannedFile, SetupPlan } from './plan-setup.ts'
import type { SetupOptions } from './setup-options.ts'
import type { Language } from './terminal-language.ts'
import { texts as en } from './texts-en.ts'
import { texts as fr } from './texts-fr.ts'
import { HOME_ENV, MAIN_ENV, variables } from './variables.ts'
import type { Target, VariableName } from './variables.ts'
import * as wordsEn from './words-en.ts'
import * as wordsFr from './words-fr.ts'

const french: typeof wordsEn = wordsFr

export const languages = { en: { texts: en, ...wordsEn }, fr: { texts: fr, ...french } }

/** A shape beside the word: no meaning by colour. */
const SHAPES = { ok: '✓', look: '!', broken: '✗' }

/** What was pasted may hold what steers a terminal. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ')

export const wordsOf = ({ text, facts }: Finding, language: Language): Words =>
  (languages[language].texts[text] as (facts: object) => Words)(facts)

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), '']

export function renderFindings(findings: readonly Finding[], language: Language): string[] {
  const width = Math.max(0, ...findings.map(({ about }) => about.length))
  return findings.flatMap((finding) => {
    const { says, todo } = wordsOf(finding, language)
    const line = `${SHAPES[finding.state]} ${finding.about.padEnd(width)}  ${plain(says)}`
    return todo === undefined ? [line] : [line, `${' '.repeat(width + 4)}→ ${plain(todo)}`]
  })
}

/** A secret is its length. A name that is not ours may be one, too. */
function masked(name: string, value: string, language: Language): string {
  const isSecret = !(name in variables) || variables[name as VariableName].isSecret
  return isSecret ? `(${languages[language].words.hidden(value.length)})` : plain(value)
}

function settingLines({ values, target }: SetupPlan, language: Language): string[] {
  const { origins, words } = languages[language]
  const optional = Object.keys(variables).filter(
    (name) => name.startsWith('TELEGRAM') || (name === 'PUBLIC_BASE_URL' && target === 'home'),
  )
  const known = new Set<string>(values.map(({ name }) => name))
  const unset = optional.filter((name) => !known.has(name))
  const rows = [
    ...values.map(({ name, value, from }) => [name, `${masked(name, value, language)} · ${origins[from]}`] as const),
    ...unset.map((name) => [name, words.unset] as const),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, says]) => `${name.padEnd(width)}  ${says}`)
}

const stateOf = ({ before, after }: PlannedFile): 'created' | 'changed' | 'unchanged' =>
  before === null ? 'created' : before === after ? 'unchanged' : 'changed'

export const isChanged = (file: PlannedFile): boolean => stateOf(file) !== 'unchanged'

/** Line for line: a renaming neither adds nor removes one. */
function diffLines(before: string, after: string): string[] {
  const [was, is] = [before.split('\n'), after.split('\n')]
  return is.flatMap((line, place) => (line === was[place] ? [] : [`  - ${was[place] ?? ''}`, `  + ${line}`]))
}

function fileLines(file: PlannedFile, language: Language): string[] {
  const state = stateOf(file)
  const { file: fileIs, states } = languages[language].words
  const head = fileIs(`${file.path}${file.isSecret ? ' (0600)' : ''}`, states[state])
  if (state === 'unchanged') return [head]
  if (!file.isSecret) return [head, ...diffLines(file.before ?? '', file.after).map(plain)]
  const [was, is] = [readEnvText(file.before ?? ''), readEnvText(file.after)]
  return [
    head,
    ...Object.entries(is).map(
      ([name, value]) => `  ${was[name] === value ? ' ' : '+'} ${name}=${masked(name, value, language)}`,
    ),
  ]
}

function commandLines({ commands }: SetupPlan, language: Language): string[] {
  const { groups, reasons } = languages[language]
  return commands.flatMap(({ group, command, why }, place) => {
    const number = `${place + 1}.`.padStart(3)
    const last = commands[place - 1]
    return [
      ...(last?.group === group ? [] : [...(place === 0 ? [] : ['']), groups[group]]),
      // Once for the four regions: what is read once is read.
      ...(last?.why === why ? [] : [`     ${reasons[why]}`]),
      `${number} ${command}`,
    ]
  })
}

function afterwardsLines({ target, fly, org, values, files }: SetupPlan, language: Language): string[] {
  const { words } = languages[language]
  const chat = values.find(({ name }) => name === 'TELEGRAM_CHAT_ID')?.value
  const hasBot = values.some(({ name }) => name === 'TELEGRAM_BOT_TOKEN')
  const url = fly?.main.env['PUBLIC_BASE_URL']
  const isRenamed = files.some((file) => !file.isSecret && isChanged(file))
  const address =
    fly === null
      ? words.openHome
      : words.openFly(url === undefined || /\.fly\.dev\/?$/.test(url) ? flyUrl(fly.main.app) : url)
  return [
    `${address} (${target === 'fly' ? MAIN_ENV : HOME_ENV}: API_SECRET)`,
    hasBot ? (chat === undefined ? words.bindChat : words.chatKnown(plain(chat))) : words.addBot,
    ...(fly !== null && org !== 'personal' ? [words.orgAgain(org)] : []),
    ...(isRenamed ? [words.renamed] : []),
    words.keepFolder,
  ]
}

/** What is there and what will be. */
export function renderPlan(plan: SetupPlan, language: Language): string {
  const { words } = languages[language]
  return [
    ...section(words.settings, settingLines(plan, language)),
    ...section(
      words.files,
      plan.files.flatMap((file) => fileLines(file, language)),
    ),
    ...section(words.findings, renderFindings(plan.findings, language)),
  ].join('\n')
}

/** What one does with it. Empty while something is broken. */
export function renderCommands(plan: SetupPlan, language: Language): string {
  if (plan.commands.length === 0) return ''
  const { words } = languages[language]
  return [
    ...section(words.commands, commandLines(plan, language)),
    ...section(words.afterwards, afterwardsLines(plan, language)),
  ].join('\n')
}

/** Before anything is asked: who has to install something first sees it at once. */
export function renderTools(target: Target, tools: ToolFacts, { language, isDryRun }: SetupOptions): string {
  const { words } = languages[language]
  const lines = renderFindings(judgeTools(target, tools), language)
  return [words.titles[target], ...(isDryRun ? [words.dryRun] : []), '', ...section(words.tools, lines)].join('\n')
}
