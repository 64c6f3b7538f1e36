import { checkValue, compareValues, tidyValue } from './check-value.ts'
import { layOver, readEnvText } from './env-file.ts'
import { finding, isFinding } from './finding.ts'
import type { Finding } from './finding.ts'
import type { PlannedFile, SetupInput } from './plan-setup.ts'
import { envFiles, variables } from './variables.ts'
import type { Target, VariableName } from './variables.ts'

export type Origin = 'answer' | 'environment' | 'file' | 'made' | 'placeholder'
export type ResolvedValue = { name: VariableName; value: string; from: Origin }

export const namesOf = (target: Target): VariableName[] => [...new Set(envFiles[target].flatMap(({ names }) => names))]

/** What the files of a target hold; the first one wins. */
export const storedValues = (target: Target, texts: SetupInput['envTexts']): Record<string, string> =>
  Object.assign({}, ...envFiles[target].map(({ path }) => readEnvText(texts[path] ?? '')).reverse())

function resolve(name: VariableName, input: SetupInput, stored: Record<string, string>): ResolvedValue | null {
  const { source, example } = variables[name]
  if (input.answers[name] === '') return null
  const candidates: [Origin, string | undefined][] = [
    ['answer', input.answers[name]],
    // What a fleet may be using is never replaced by what happens to be set in a shell, such as another project's DATABASE_URL.
    ['file', stored[name]],
    ['environment', input.environment[name]],
    ['made', input.made[name]],
    ['placeholder', source === 'required' && input.isDryRun ? example : undefined],
  ]
  for (const [from, value] of candidates) if (value) return { name, from, value: tidyValue(name, value) }
  return null
}

/** A region's key that differs from main's would be refused by main's. */
const differing = (target: Target, texts: SetupInput['envTexts']): Finding[] => {
  const [first, ...others] = envFiles[target]
  const main = readEnvText(texts[first.path] ?? '')
  return others.flatMap(({ path, names }) => {
    const theirs = readEnvText(texts[path] ?? '')
    return names
      .filter((name) => main[name] !== undefined && theirs[name] !== undefined && main[name] !== theirs[name])
      .map((name) => finding('look', path, 'filesDiffer', { name, kept: first.path }))
  })
}

/** The files of `.deploy/` as they shall be, and what is missing or wrong in what goes into them. */
export function planEnvFiles(input: SetupInput): {
  values: ResolvedValue[]
  files: PlannedFile[]
  findings: Finding[]
} {
  const { target, envTexts } = input
  const stored = storedValues(target, envTexts)
  const values = namesOf(target).flatMap((name) => resolve(name, input, stored) ?? [])
  const known = new Map(values.map(({ name, value }) => [name, value]))
  const removed = namesOf(target).filter((name) => input.answers[name] === '')
  const real = values.filter(({ from }) => from !== 'placeholder')
  const missing = namesOf(target).filter((name) => variables[name].source === 'required' && !known.has(name))
  const planned = envFiles[target].map(({ path, header, names }) => {
    const before = envTexts[path] ?? null
    const assignments = names.flatMap((name) => {
      const value = known.get(name)
      return value === undefined ? [] : [[name, value] as const]
    })
    const after = layOver(before, header, assignments, removed)
    return after === null ? finding('broken', path, 'envFileWrong') : { path, before, after, isSecret: true }
  })
  return {
    values,
    files: planned.filter((file): file is PlannedFile => !isFinding(file)),
    findings: [
      ...missing.map((name) => finding('broken', name, 'missing', { example: variables[name].example })),
      ...values
        .filter(({ from }) => from === 'placeholder')
        .map(({ name, value }) => finding('look', name, 'placeholder', { example: value })),
      ...real.flatMap(({ name, value }) => checkValue(name, value) ?? []),
      ...compareValues(Object.fromEntries(real.map(({ name, value }) => [name, value]))),
      ...differing(target, envTexts),
      ...removed
        .filter((name) => target === 'fly' && stored[name] !== undefined)
        .map((name) => finding('look', name, 'secretStays', { name })),
      ...planned.filter(isFinding),
    ],
  }
}
