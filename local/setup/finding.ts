import type { State } from '../doctor/finding.ts'
import type { texts } from './texts-en.ts'

export type TextName = keyof typeof texts

/** `broken`: nothing is written before it is mended; a missing tool is only worth a look, the plan stands without it. */
export type Finding = { state: State; about: string; text: TextName; facts: object }

type FactsOf<Name extends TextName> = Parameters<(typeof texts)[Name]>[0]

/** `about` is a variable, a file or a tool; `facts` are those that the text wants. */
export function finding<Name extends TextName>(
  state: State,
  about: string,
  text: Name,
  ...[facts]: undefined extends FactsOf<Name> ? [] : [facts: FactsOf<Name> & object]
): Finding {
  return { state, about, text, facts: facts ?? {} }
}

export const isFinding = (value: object | null): value is Finding => value !== null && 'state' in value
