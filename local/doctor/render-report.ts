import type { Facts } from './facts.ts'
import type { Finding, State } from './finding.ts'
import * as en from './texts-en.ts'
import type { Words } from './texts-en.ts'
import * as fr from './texts-fr.ts'

type Language = 'fr' | 'en'
const languages = { en, fr }

/** A shape beside the word: no meaning by colour. */
const SHAPES: Record<State, string> = { ok: '✓', look: '!', broken: '✗' }

const wordsOf = ({ text, facts }: Finding, language: Language): Words =>
  (languages[language].texts[text] as (facts: object) => Words)(facts)

const nameOf = ({ check, subject }: Finding, language: Language): string =>
  [languages[language].checkNames[check], ...(subject === null ? [] : [subject])].join(' ')

const countOf = (findings: readonly Finding[], state: State): number =>
  findings.filter((finding) => finding.state === state).length

export const isWell = (findings: readonly Finding[]): boolean => findings.every(({ state }) => state === 'ok')

/** A line per finding, what to do beneath those that are not well, and a last line that sums up. */
export function renderReport({ target }: Facts, findings: readonly Finding[], language: Language): string {
  const { stateWords, summaries } = languages[language]
  const stateWidth = Math.max(...Object.values(stateWords).map((word) => word.length))
  const nameWidth = Math.max(...findings.map((finding) => nameOf(finding, language).length))
  const lines = findings.flatMap((finding) => {
    const { says, todo } = wordsOf(finding, language)
    const { state } = finding
    const start = `${SHAPES[state]} ${stateWords[state].padEnd(stateWidth)}  ${nameOf(finding, language).padEnd(nameWidth)}  `
    return [
      `${start}${says}`,
      ...(todo === undefined || state === 'ok' ? [] : [`${' '.repeat(start.length)}→ ${todo}`]),
    ]
  })
  const sum = isWell(findings)
    ? summaries.well({ count: findings.length })
    : summaries.unwell({ broken: countOf(findings, 'broken'), look: countOf(findings, 'look') })
  return [summaries.looking(target), '', ...lines, '', sum].join('\n')
}

/** The same for programs: `code` is stable, `message` and `todo` are for people. */
export const reportJson = (
  { target, now, version }: Facts,
  findings: readonly Finding[],
  language: Language,
): object => ({
  ok: isWell(findings),
  checkedAt: new Date(now).toISOString(),
  version,
  target,
  findings: findings.map((finding) => {
    const { says, todo } = wordsOf(finding, language)
    const { check, subject, state, text, facts } = finding
    return { check, subject, state, code: text, facts, message: says, todo: todo ?? null }
  }),
})
