import type { checkNames, texts } from './texts-en.ts'

export type Check = keyof typeof checkNames
export type TextName = keyof typeof texts

/** `look`: it works, and somebody should know. */
export type State = 'ok' | 'look' | 'broken'

export type Finding = {
  check: Check
  /** Which worker, market or process, where there are several. */
  subject: string | null
  state: State
  text: TextName
  /** What the text tells, for a person and for a program. */
  facts: object
}

type FactsOf<Name extends TextName> = Parameters<(typeof texts)[Name]>[0]

/** A finding of one check; `facts` are those its text wants. */
export function finding<Name extends TextName>(
  state: State,
  [check, subject]: readonly [Check, string?],
  text: Name,
  ...[facts]: undefined extends FactsOf<Name> ? [] : [facts: FactsOf<Name> & object]
): Finding {
  return { check, subject: subject ?? null, state, text, facts: facts ?? {} }
}
