import { planEnvFiles } from './plan-env-files.ts'
import type { ResolvedValue } from './plan-env-files.ts'
import { planCommands } from './plan-commands.ts'
import type { Command } from './plan-commands.ts'
import { checkSettings } from './check-settings.ts'
import { MAIN_FILE } from '../fly-apps.ts'
import { planFly } from './fly-files.ts'
import type { FlyPlan, Texts } from './fly-files.ts'
import { finding, isFinding } from './finding.ts'
import type { Finding } from './finding.ts'
import type { ToolFacts } from './judge-tools.ts'
import { MAIN_ENV } from './variables.ts'
import type { Target, Values } from './variables.ts'

export type SetupInput = {
  target: Target
  /** Prefix of the apps; null leaves them as their files say. */
  name: string | null
  org: string
  isDryRun: boolean
  /** Flags and what was typed; then what the files hold; then the environment. */
  answers: Values
  environment: Values
  /** The fly files, and the env files that are there, by path. */
  flyTexts: Texts
  envTexts: Texts
  /** What the commands need beside them and is not there. */
  absentFiles: string[]
  tools: ToolFacts
  /** Drawn for this run; used where no file holds one yet. */
  made: Values
}

export type PlannedFile = { path: string; before: string | null; after: string; isSecret: boolean }

export type SetupPlan = {
  target: Target
  fly: FlyPlan | null
  org: string
  values: ResolvedValue[]
  files: PlannedFile[]
  findings: Finding[]
  commands: Command[]
}

/** 63 characters of a host name's label, less the longest of our endings. */
export const PREFIX = /^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/
/** As Fly writes an organisation in its addresses. */
export const ORG = /^[a-z0-9][a-z0-9-]{0,62}$/

function judgeNames({ name, org }: SetupInput): Finding[] {
  return [
    ...(name === null || PREFIX.test(name) ? [] : [finding('broken', '--name', 'nameWrong', { got: name })]),
    ...(ORG.test(org) ? [] : [finding('broken', '--org', 'orgWrong', { got: org })]),
  ]
}

function readFly({ target, name, flyTexts }: SetupInput): FlyPlan | Finding | null {
  if (target === 'home') return null
  if (flyTexts[MAIN_FILE] === undefined) return finding('broken', MAIN_FILE, 'fileMissing')
  try {
    return planFly(flyTexts, name !== null && PREFIX.test(name) ? name : null)
  } catch (error) {
    const [first = ''] = (error as Error).message.split('\n')
    return finding('broken', 'fly.*.toml', 'flyFileWrong', { error: first })
  }
}

/**
 * A renaming leaves the apps of before where they are. Nothing says so to an owner who has none yet: the shipped names, and no file
 * of an earlier run.
 */
function judgeRenaming({ envTexts }: SetupInput, fly: FlyPlan | null): Finding[] {
  const apps = fly?.namesBefore ?? []
  const isFirstTime =
    envTexts[MAIN_ENV] === undefined && apps.every((app) => /^vigie-(?:main|worker-[a-z0-9]+)$/.test(app))
  return apps.length === 0 || isFirstTime
    ? []
    : [finding('look', 'fly.*.toml', 'appsRenamed', { apps: apps.join(' ') })]
}

/** Whether it may be written. */
export const isSound = (findings: readonly Finding[]): boolean => findings.every(({ state }) => state !== 'broken')

/**
 * Everything setup shows and writes, from what was answered and what is there. The order of the files is the order in which they
 * are written: a run that was cut off after any of them is ended by the next one, with the same secrets.
 */
export function planSetup(input: SetupInput): SetupPlan {
  const { target } = input
  const read = readFly(input)
  const fly = isFinding(read) ? null : read
  const env = planEnvFiles(input)
  const own = [
    ...judgeNames(input),
    ...input.absentFiles.map((file) => finding('broken', file, 'fileMissing')),
    ...(isFinding(read) ? [read] : (read?.findings ?? [])),
    ...judgeRenaming(input, fly),
    ...env.findings,
  ]
  // Only where the values have the right shape: otherwise each would be named twice.
  const findings = isSound(own) ? [...own, ...checkSettings(target, fly, env.files)] : own
  const flyFiles = Object.entries(fly?.after ?? {}).map(([path, after]) => {
    return { path, before: input.flyTexts[path] ?? null, after, isSecret: false }
  })
  return {
    target,
    fly,
    org: input.org,
    values: env.values,
    files: [...env.files, ...flyFiles],
    findings,
    commands: isSound(findings) ? planCommands(input, fly, env.values) : [],
  }
}
